package org.velocitydb.server.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.velocitydb.server.simulation.ModelWrite.Operation;

/**
 * Which tables there may be at which sequence, and by which ids: what {@link Model} knows of those that clients make,
 * drop and make again. An id is of one making of one table, and of no other ever again.
 */
final class ModelTables
{
    /** The tables that clients use beside {@code kv}. */
    static final List<String> NAMES = List.of("t0", "t1", "t2");
    private static final int KEY_COUNT = 10;
    private static final char SEPARATOR = '/';
    private static final long NEVER = Long.MAX_VALUE;
    private static final Map<String, List<String>> KEYS = NAMES.stream()
        .collect(Collectors.toMap(Function.identity(), ModelTables::newKeys));

    /** Whether a table is there from a sequence on, as far as that is known. */
    private final Map<String, NavigableMap<Long, Boolean>> known = new TreeMap<>();
    private final List<ModelWrite> unresolved;
    private final Map<Integer, String> nameOfId = new HashMap<>();
    /** From which sequence on an id is known to be gone. */
    private final Map<Integer, Long> goneAt = new HashMap<>();
    private final Map<String, Seen> lastSeen = new HashMap<>();
    private long baseSequence;
    private long definitionCount;

    private record Seen(int id, long sequence)
    {
    }

    /**
     * What a request was sent to: a table by name, or by an id that was seen.
     *
     * @param table name.
     * @param id    or 0 where the table was named.
     * @param since the request is served at this sequence or a later one; for an id, where it was seen.
     */
    record Target(String table, int id, long since)
    {
    }

    ModelTables(final List<ModelWrite> unresolved)
    {
        this.unresolved = unresolved;
        NAMES.forEach(name -> known.put(name, new TreeMap<>(Map.of(0L, false))));
    }

    /** How the model calls a key of a table. */
    static String key(final String table, final String key)
    {
        return table + SEPARATOR + key;
    }

    /** The keys that a table may hold, as the model calls them. */
    static List<String> keys(final String table)
    {
        return KEYS.get(table);
    }

    private static List<String> newKeys(final String table)
    {
        return IntStream.range(0, KEY_COUNT).mapToObj(i -> key(table, String.format("key:%03d", i))).toList();
    }

    /** The table of a key, or null for one of kv. */
    static String tableOf(final String key)
    {
        final int separator = key.indexOf(SEPARATOR);
        return separator < 0 ? null : key.substring(0, separator);
    }

    /** A key as the node knows it. */
    static String plainKey(final String key)
    {
        return key.substring(key.indexOf(SEPARATOR) + 1);
    }

    long definitionCount()
    {
        return definitionCount;
    }

    void defined(final String table, final long sequence, final boolean isThere)
    {
        definitionCount++;
        final Map.Entry<Long, Boolean> before = known.get(table).lowerEntry(sequence);
        Model.require(
            before.getValue() != isThere || mayBeDefined(table, !isThere),
            "a table was made twice, or dropped twice: table=" + table + ", sequence=" + sequence + ", isThere=" +
                isThere + ", before=" + before);
        known.get(table).put(sequence, isThere);
    }

    /** Whether a creation or a drop of the table may have been done that nobody was told of. */
    boolean mayBeDefined(final String table, final boolean isThere)
    {
        final int kind = isThere ? ModelWrite.KIND_CREATE : ModelWrite.KIND_DROP;
        for (final ModelWrite write : unresolved)
        {
            for (final Operation operation : write.operations())
            {
                if (operation.kind() == kind && operation.key().equals(table))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /** Something of a table was done or seen at a sequence, where it must be there. */
    void usedAt(final String table, final long sequence)
    {
        final Map.Entry<Long, Boolean> newest = known.get(table).floorEntry(sequence);
        Model.require(
            sequence <= baseSequence || newest.getValue() || mayBeDefined(table, true),
            "a table is used that is not there: table=" + table + ", sequence=" + sequence + ", newest=" + newest);
    }

    /** A read by an id was answered as of a sequence. */
    void servedAt(final Target target, final long sequence)
    {
        usedAt(target.table(), sequence);
        Model.require(
            goneAt.getOrDefault(target.id(), NEVER) > sequence,
            "a dropped table is read by its id: target=" + target + ", sequence=" + sequence);
    }

    /** Whether a request can have been refused since there is no such table. */
    boolean mayBeMissing(final Target target)
    {
        final long since = Math.max(target.since(), baseSequence);
        final NavigableMap<Long, Boolean> history = known.get(target.table());
        final boolean isStale = target.id() != 0 && goneAt.containsKey(target.id());
        final boolean isMissing = target.id() == 0 && !history.floorEntry(since).getValue();
        return isStale || isMissing || history.tailMap(since, false).containsValue(false) ||
            mayBeDefined(target.table(), false);
    }

    /** Whether a creation can have been refused since there is such a table. */
    boolean mayBeThere(final Target target)
    {
        final long since = Math.max(target.since(), baseSequence);
        final NavigableMap<Long, Boolean> history = known.get(target.table());
        return history.floorEntry(since).getValue() || history.tailMap(since, false).containsValue(true) ||
            mayBeDefined(target.table(), true);
    }

    /**
     * All tables were seen.
     *
     * @param ids      by name.
     * @param sequence as of which.
     */
    void observed(final Map<String, Integer> ids, final long sequence)
    {
        for (final String table : NAMES)
        {
            final Integer id = ids.get(table);
            if (id == null)
            {
                observedMissing(table, sequence);
            }
            else
            {
                usedAt(table, sequence);
                observedId(table, new Seen(id, sequence));
            }
        }
    }

    private void observedMissing(final String table, final long sequence)
    {
        final Map.Entry<Long, Boolean> newest = known.get(table).floorEntry(sequence);
        Model.require(
            !newest.getValue() || mayBeDefined(table, false),
            "a table was not seen: table=" + table + ", sequence=" + sequence + ", newest=" + newest);
        final Seen last = lastSeen.get(table);
        if (last != null && last.sequence() <= sequence)
        {
            goneAt.merge(last.id(), sequence, Math::min);
        }
    }

    private void observedId(final String table, final Seen seen)
    {
        final String place = "table=" + table + ", seen=" + seen;
        Model.require(table.equals(nameOfId.computeIfAbsent(seen.id(), id -> table)), "an id of two tables: " + place);
        Model.require(
            goneAt.getOrDefault(seen.id(), NEVER) > seen.sequence(), "an id was given twice: " + place);
        final Seen last = lastSeen.get(table);
        if (last != null && last.sequence() <= seen.sequence())
        {
            final boolean isDropKnown = known.get(table).subMap(last.sequence(), false, seen.sequence(), true)
                .containsValue(false);
            Model.require(
                last.id() == seen.id() ? !isDropKnown : isDropKnown || mayBeDefined(table, false),
                "an id outlived its table, or did not live as long: last=" + last + ", " + place);
            if (last.id() != seen.id())
            {
                goneAt.merge(last.id(), seen.sequence(), Math::min);
            }
        }
        if (last == null || last.sequence() <= seen.sequence())
        {
            lastSeen.put(table, seen);
        }
    }

    /**
     * All tables were seen after a restart; what was later than that is lost.
     *
     * @param ids       by name.
     * @param recovered as of which sequence.
     */
    void recovered(final Map<String, Integer> ids, final long recovered)
    {
        known.values().forEach(history -> history.tailMap(recovered, false).clear());
        observed(ids, recovered);
        nameOfId.forEach((id, name) ->
        {
            if (!id.equals(ids.get(name)))
            {
                goneAt.putIfAbsent(id, recovered);
            }
        });
        lastSeen.keySet().retainAll(ids.keySet());
        known.forEach((name, history) ->
        {
            history.clear();
            history.put(0L, ids.containsKey(name));
        });
        baseSequence = recovered;
    }
}
