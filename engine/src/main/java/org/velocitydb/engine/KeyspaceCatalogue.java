package org.velocitydb.engine;

import java.util.ArrayDeque;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

import org.agrona.DirectBuffer;
import org.agrona.collections.IntHashSet;
import org.velocitydb.engine.command.KeyspaceName;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * Which keyspaces there are: on one side as the writer has applied it, on the other as everybody else may see it, which
 * is behind by what is not visible yet. Owned by the writer but for {@link #visible()}.
 */
final class KeyspaceCatalogue
{
    /** Most keyspaces beside the default one: what a new catalogue is copied from in well under a millisecond. */
    static final int COUNT_MAX = 16_384;

    private final TreeMap<String, Integer> applied = new TreeMap<>();
    private final IntHashSet appliedIds = new IntHashSet();
    private final TreeMap<String, Integer> published = new TreeMap<>();
    /** Changes that are applied and not visible, oldest first. */
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    /** Written by the writer. */
    private final AtomicReference<Keyspaces> visible = new AtomicReference<>(new Keyspaces(published));
    private int nextId = KeyspaceRecordDescriptor.FIRST_ID;

    private record Change(long sequence, String name, int id, boolean isDrop)
    {
    }

    /**
     * Reads the catalogue after recovery.
     *
     * @param entries live entries of the catalogue's keyspace, with internal keys.
     * @throws CorruptionException where they contradict each other.
     */
    void load(final EntryCursor entries)
    {
        for (boolean isValid = entries.seekFirst(); isValid; isValid = entries.next())
        {
            final DirectBuffer key = entries.keyBuffer();
            final int keyOffset = entries.keyOffset();
            final int keyLength = entries.keyLength();
            requireSound(entries.valueLength() == KeyspaceRecordDescriptor.VALUE_LENGTH, entries);
            final int id = KeyspaceRecordDescriptor.id(entries.valueBuffer(), entries.valueOffset());
            if (KeyspaceRecordDescriptor.isNextIdKey(key, keyOffset, keyLength))
            {
                // The least key of all, so it comes before every name.
                nextId = id;
            }
            else
            {
                final String name = KeyspaceRecordDescriptor.name(key, keyOffset, keyLength);
                requireSound(
                    id >= KeyspaceRecordDescriptor.FIRST_ID && id < nextId && KeyspaceName.fault(name) == null &&
                        appliedIds.add(id),
                    entries);
                applied.put(name, id);
            }
        }
        published.putAll(applied);
        visible.set(new Keyspaces(published));
    }

    private static void requireSound(final boolean isSound, final EntryCursor entries)
    {
        if (!isSound)
        {
            throw new CorruptionException(
                "catalogue of keyspaces contradicts itself: sequence=" + entries.sequence() + ", value length=" +
                    entries.valueLength());
        }
    }

    /**
     * Whether the writer may write to a keyspace, judged by all that it has applied.
     *
     * @param keyspace id of a user's keyspace.
     * @return true for one that is there.
     */
    boolean isLive(final int keyspace)
    {
        return keyspace == Store.DEFAULT_KEYSPACE || appliedIds.contains(keyspace);
    }

    /**
     * Finds a keyspace among all that the writer has applied.
     *
     * @param name in small letters.
     * @return its id, or {@link Store#NULL_KEYSPACE}.
     */
    int id(final String name)
    {
        return name.equals(KeyspaceName.DEFAULT)
            ? Store.DEFAULT_KEYSPACE
            : applied.getOrDefault(name, Store.NULL_KEYSPACE);
    }

    boolean isFull()
    {
        return applied.size() >= COUNT_MAX || nextId == Integer.MAX_VALUE;
    }

    int nextId()
    {
        return nextId;
    }

    /**
     * Notes that the next id has been given to a keyspace.
     *
     * @param name     in small letters, of none that is there.
     * @param sequence of the entry that makes it.
     */
    void created(final String name, final long sequence)
    {
        final int id = nextId++;
        applied.put(name, id);
        appliedIds.add(id);
        changes.add(new Change(sequence, name, id, false));
    }

    /**
     * Notes that a keyspace has been dropped.
     *
     * @param name     of one that is there.
     * @param sequence of the entry that drops it.
     */
    void dropped(final String name, final long sequence)
    {
        final int id = applied.remove(name);
        appliedIds.remove(id);
        changes.add(new Change(sequence, name, id, true));
    }

    /**
     * Shows everybody the changes up to a sequence; called before the sequence is shown.
     *
     * @param sequence the newest that becomes visible.
     * @return whether there were any.
     */
    boolean publish(final long sequence)
    {
        if (changes.isEmpty() || changes.peekFirst().sequence() > sequence)
        {
            return false;
        }
        while (!changes.isEmpty() && changes.peekFirst().sequence() <= sequence)
        {
            final Change change = changes.pollFirst();
            if (change.isDrop())
            {
                published.remove(change.name());
            }
            else
            {
                published.put(change.name(), change.id());
            }
        }
        // Release: pairs with the acquire in visible(). Whoever sees the sequence, which is released after this, and
        // then loads the keyspaces sees these or newer ones.
        visible.setRelease(new Keyspaces(published));
        return true;
    }

    /**
     * What readers and maintenance go by; any thread.
     *
     * @return the newest visible keyspaces.
     */
    Keyspaces visible()
    {
        return visible.getAcquire();
    }
}
