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
     * Buffer that holds the key of the current entry.
     *
     * @return the buffer.
     */
    DirectBuffer keyBuffer();

    /**
     * Where the key begins.
     *
     * @return offset in {@link #keyBuffer()}.
     */
    int keyOffset();

    /**
     * Extent of the key.
     *
     * @return bytes.
     */
    int keyLength();

    /**
     * Buffer that holds the value of the current entry.
     *
     * @return the buffer.
     */
    DirectBuffer valueBuffer();

    /**
     * Where the value begins.
     *
     * @return offset in {@link #valueBuffer()}.
     */
    int valueOffset();

    /**
     * Extent of the value; 0 for a tombstone.
     *
     * @return bytes.
     */
    int valueLength();

    /**
     * The entry's sequence.
     *
     * @return the sequence.
     */
    long sequence();

    /**
     * When the entry ceases to be.
     *
     * @return epoch milliseconds of log time; {@link Expiry#NEVER_MS} where it stays, and for a tombstone.
     */
    long expiryMs();

    /**
     * Whether the entry deletes its key.
     *
     * @return true for a tombstone.
     */
    boolean isTombstone();

    @Override
    void close();
}
