package org.velocitydb.server.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.server.simulation.ModelWrite.Fate;
import org.velocitydb.server.simulation.ModelWrite.Operation;

/**
 * What the node's answers may be. It knows the sequence of every write that was acknowledged, so it knows the state at
 * every sequence, up to writes whose fate nobody was told; those it learns when it meets their values.
 *
 * <p>What it holds the node to:
 * <ul>
 * <li>a read that says it was served at sequence S sees, for each key, the newest entry up to S: never one that is
 * older than a known one, never a value that was not written, never one of a write known not to be done;
 * <li>a write that is seen in part is there as a whole, at consecutive sequences;
 * <li>after a crash, everything acknowledged as durable is there, and the state is the one at some sequence: a prefix
 * of the log.
 * </ul>
 */
final class Model
{
    private static final String TOMBSTONE = null;

    /** State by key and sequence, as far as it is known. */
    private final Map<String, NavigableMap<Long, String>> known = new TreeMap<>();
    private final Map<String, ModelWrite> writeOfValue = new HashMap<>();
    private final List<ModelWrite> unresolved = new ArrayList<>();
    private final ModelTables tables = new ModelTables(unresolved);
    /** The state up to here was read as a whole; single entries before it do not matter any more. */
    private long baseSequence;
    private long durableSequence;
    private long observationCount;

    void sent(final ModelWrite write)
    {
        unresolved.add(write);
        for (final Operation operation : write.operations())
        {
            if (operation.value() != null)
            {
                writeOfValue.put(operation.value(), write);
            }
        }
    }

    /**
     * A write was acknowledged.
     *
     * @param write        that was sent.
     * @param lastSequence of its last operation.
     * @param appliedCount operations done; either all, or none.
     * @param isDurable    whether the answer said that it is on disk.
     */
    void acknowledged(
        final ModelWrite write, final long lastSequence, final int appliedCount, final boolean isDurable)
    {
        if (appliedCount == 0)
        {
            notDone(write);
            return;
        }
        final long first = lastSequence - appliedCount + 1;
        require(countChanges(write) == appliedCount, "applied count differs from operations: " + appliedCount);
        if (write.fate() == Fate.APPLIED)
        {
            require(
                write.firstSequence() == first,
                "applied twice, or answered with another sequence: first=" + first + ", known=" +
                    write.firstSequence());
        }
        else
        {
            learn(write, first);
        }
        if (isDurable)
        {
            durableSequence = Math.max(durableSequence, lastSequence);
        }
    }

    void notDone(final ModelWrite write)
    {
        require(write.fate() != Fate.APPLIED, "a write that was seen is said not to be done");
        write.fate(Fate.NOT_DONE);
        unresolved.remove(write);
    }

    void unknown(final ModelWrite write)
    {
        if (write.fate() == Fate.PENDING)
        {
            write.fate(Fate.UNKNOWN);
        }
    }

    private void learn(final ModelWrite write, final long firstSequence)
    {
        require(write.fate() != Fate.NOT_DONE, "a write that was not done is there: first=" + firstSequence);
        long sequence = firstSequence;
        for (final Operation operation : write.operations())
        {
            if (operation.kind() != WriteRequest.KIND_CHECK)
            {
                if (sequence > baseSequence)
                {
                    learn(operation, sequence);
                }
                sequence++;
            }
        }
        write.applied(firstSequence);
        unresolved.remove(write);
    }

    private void learn(final Operation operation, final long sequence)
    {
        switch (operation.kind())
        {
            case ModelWrite.KIND_CREATE :
                tables.defined(operation.key(), sequence, true);
                break;
            case ModelWrite.KIND_DROP :
                tables.defined(operation.key(), sequence, false);
                // Whatever a table held is deleted by its drop.
                ModelTables.keys(operation.key()).forEach(key -> history(key).put(sequence, TOMBSTONE));
                break;
            default :
                if (ModelTables.tableOf(operation.key()) != null)
                {
                    tables.usedAt(ModelTables.tableOf(operation.key()), sequence);
                }
                history(operation.key()).put(sequence, operation.value());
                break;
        }
    }

    private static int countChanges(final ModelWrite write)
    {
        int count = 0;
        for (final Operation operation : write.operations())
        {
            count += operation.kind() == WriteRequest.KIND_CHECK ? 0 : 1;
        }
        return count;
    }

    private NavigableMap<Long, String> history(final String key)
    {
        return known.computeIfAbsent(key, k -> new TreeMap<>());
    }

    /**
     * A value was read.
     *
     * @param key      of the entry.
     * @param value    text.
     * @param version  of the entry.
     * @param servedAt sequence of the read.
     */
    void observedValue(final String key, final String value, final long version, final long servedAt)
    {
        observationCount++;
        final String place = "key=" + key + ", version=" + version + ", servedAt=" + servedAt;
        require(version <= servedAt, "a read sees the future: " + place);
        final ModelWrite write = writeOfValue.get(value);
        require(write != null, "a value that nobody wrote: " + place + ", value=" + value);
        if (write.fate() != Fate.APPLIED)
        {
            learn(write, version - rank(write, key, value));
        }
        require(value.equals(history(key).get(version)), "a value at the wrong version: " + place);
        final Map.Entry<Long, String> newest = history(key).floorEntry(servedAt);
        require(newest.getKey() == version, "a newer entry was not seen: " + place + ", newest=" + newest);
    }

    private static int rank(final ModelWrite write, final String key, final String value)
    {
        int rank = 0;
        for (final Operation operation : write.operations())
        {
            if (operation.key().equals(key) && value.equals(operation.value()))
            {
                return rank;
            }
            rank += operation.kind() == WriteRequest.KIND_CHECK ? 0 : 1;
        }
        throw new AssertionError("a value under another key: key=" + key + ", value=" + value);
    }

    /**
     * A key was found to be absent.
     *
     * @param key      that was asked for.
     * @param servedAt sequence of the read.
     */
    void observedAbsent(final String key, final long servedAt)
    {
        observationCount++;
        final Map.Entry<Long, String> newest = history(key).floorEntry(servedAt);
        require(
            newest == null || newest.getValue() == TOMBSTONE || mayBeDeleted(key) || mayBeDropped(key),
            "an entry was not seen: key=" + key + ", servedAt=" + servedAt + ", newest=" + newest);
    }

    private boolean mayBeDropped(final String key)
    {
        final String table = ModelTables.tableOf(key);
        return table != null && tables.mayBeDefined(table, false);
    }

    /**
     * All of a table was read at once.
     *
     * @param table    that was read.
     * @param state    values by key, as the model calls keys.
     * @param versions by key; where it is not there it was not told.
     * @param servedAt sequence of the read.
     */
    void observedTable(
        final String table, final Map<String, String> state, final Map<String, Long> versions, final long servedAt)
    {
        tables.usedAt(table, servedAt);
        long oldestVersion = Long.MAX_VALUE;
        for (final Map.Entry<String, String> entry : state.entrySet())
        {
            final Long version = versions.getOrDefault(entry.getKey(), versionOf(entry.getKey(), entry.getValue()));
            if (version != null)
            {
                observedValue(entry.getKey(), entry.getValue(), version, servedAt);
                oldestVersion = Math.min(oldestVersion, version);
            }
        }
        for (final String key : ModelTables.keys(table))
        {
            if (!state.containsKey(key))
            {
                observedAbsent(key, servedAt);
                requireGoneWithAllBefore(key, servedAt, oldestVersion);
            }
        }
    }

    /** A key that nothing but a drop of its table can have taken has gone with all that was there before the drop. */
    private void requireGoneWithAllBefore(final String key, final long servedAt, final long oldestVersion)
    {
        final Map.Entry<Long, String> newest = history(key).floorEntry(servedAt);
        require(
            newest == null || newest.getValue() == TOMBSTONE || mayBeDeleted(key) || newest.getKey() < oldestVersion,
            "half a table was dropped: key=" + key + ", newest=" + newest + ", still there=" + oldestVersion +
                ", servedAt=" + servedAt);
    }

    private Long versionOf(final String key, final String value)
    {
        final ModelWrite write = writeOfValue.get(value);
        require(write != null, "a value that nobody wrote: key=" + key + ", value=" + value);
        require(write.fate() != Fate.NOT_DONE, "a value of a write that was not done: key=" + key);
        return write.fate() == Fate.APPLIED ? Long.valueOf(write.firstSequence() + rank(write, key, value)) : null;
    }

    ModelTables tables()
    {
        return tables;
    }

    private boolean mayBeDeleted(final String key)
    {
        for (final ModelWrite write : unresolved)
        {
            for (final Operation operation : write.operations())
            {
                if (operation.kind() == WriteRequest.KIND_DELETE && operation.key().equals(key))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * All of the state was read after a restart, when nothing was under way but what will be sent again.
     *
     * @param tableIds  ids of the tables, by name.
     * @param state     values by key.
     * @param versions  versions by key.
     * @param recovered sequence of the read.
     */
    void recovered(
        final Map<String, Integer> tableIds,
        final Map<String, String> state,
        final Map<String, Long> versions,
        final long recovered)
    {
        require(
            durableSequence <= recovered,
            "acknowledged writes are lost: durable=" + durableSequence + ", recovered=" + recovered);
        known.values().forEach(history -> history.tailMap(recovered, false).clear());
        state.forEach((key, value) -> observedValue(key, value, versions.get(key), recovered));
        for (final String key : List.copyOf(known.keySet()))
        {
            if (!state.containsKey(key))
            {
                observedAbsent(key, recovered);
            }
        }
        for (final String table : ModelTables.NAMES)
        {
            if (tableIds.containsKey(table))
            {
                final Map<String, String> ofTable = new TreeMap<>(state);
                ofTable.keySet().removeIf(key -> !table.equals(ModelTables.tableOf(key)));
                observedTable(table, ofTable, versions, recovered);
            }
        }
        tables.recovered(tableIds, recovered);
        forgetHistory(state, versions);
        baseSequence = recovered;
    }

    /** What was before the state now is of no interest any more; what nobody saw will not be seen. */
    private void forgetHistory(final Map<String, String> state, final Map<String, Long> versions)
    {
        known.clear();
        state.forEach((key, value) -> history(key).put(versions.get(key), value));
        unresolved.removeIf(write -> write.fate() != Fate.PENDING);
    }

    long observationCount()
    {
        return observationCount;
    }

    static void require(final boolean condition, final String message)
    {
        if (!condition)
        {
            throw new AssertionError(message);
        }
    }
}
