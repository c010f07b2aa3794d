package org.velocitydb.engine.entry;

import org.agrona.DirectBuffer;

/**
 * Walks a sorted run of entries in either direction, one entry per key, tombstones included. Starts unpositioned. Used
 * by one thread; allocates nothing per entry; what the accessors return is valid until the next move.
 */
public interface EntryCursor extends AutoCloseable
{
    /**
     * Moves to the first entry.
     *
     * @return whether there is one.
     */
    boolean seekFirst();

    /**
     * Moves to the last entry.
     *
     * @return whether there is one.
     */
    boolean seekLast();

    /**
     * Moves to the first entry whose key is at or after the given one.
     *
     * @param key         buffer that holds the key.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return whether there is one.
     */
    boolean seek(DirectBuffer key, int offset, int lengthBytes);

    /**
     * Moves to the last entry whose key is before the given one.
     *
     * @param key         buffer that holds the key.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return whether there is one.
     */
    boolean seekBefore(DirectBuffer key, int offset, int lengthBytes);

    /**
     * Moves to the next key; only from a valid position.
     *
     * @return whether there is one; if not, the cursor is no longer valid.
     */
    boolean next();

    /**
     * Moves to the key before; only from a valid position.
     *
     * @return whether there is one; if not, the cursor is no longer valid.
     */
    boolean previous();

    /**
     * Whether the cursor stands on an entry.
     *
     * @return true if the accessors below may be called.
     */
    boolean isValid();

    /**
     * The current entry, with its accessors all at once. Another object may show the entry after a move, so it is asked
     * for again then.
     *
     * @return what the cursor stands on; without meaning where it is not valid.
     */
    CursorEntry entry();

    /**
     * Buffer that holds the key of the current entry.
     *
     * @return the buffer.
     */
    default DirectBuffer keyBuffer()
    {
        return entry().keyBuffer();
    }

    /**
     * Where the key begins.
     *
     * @return offset in {@link #keyBuffer()}.
     */
    default int keyOffset()
    {
        return entry().keyOffset();
    }

    /**
     * Extent of the key.
     *
     * @return bytes.
     */
    default int keyLength()
    {
        return entry().keyLength();
    }

    /**
     * Buffer that holds the value of the current entry.
     *
     * @return the buffer.
     */
    default DirectBuffer valueBuffer()
    {
        return entry().valueBuffer();
    }

    /**
     * Where the value begins.
     *
     * @return offset in {@link #valueBuffer()}.
     */
    default int valueOffset()
    {
        return entry().valueOffset();
    }

    /**
     * Extent of the value; 0 for a tombstone.
     *
     * @return bytes.
     */
    default int valueLength()
    {
        return entry().valueLength();
    }

    /**
     * The entry's sequence.
     *
     * @return the sequence.
     */
    default long sequence()
    {
        return entry().sequence();
    }

    /**
     * When the entry ceases to be.
     *
     * @return epoch milliseconds of log time; {@link Expiry#NEVER_MS} where it stays, and for a tombstone.
     */
    default long expiryMs()
    {
        return entry().expiryMs();
    }

    /**
     * Whether the entry deletes its key.
     *
     * @return true for a tombstone.
     */
    default boolean isTombstone()
    {
        return entry().isTombstone();
    }

    @Override
    void close();
}
