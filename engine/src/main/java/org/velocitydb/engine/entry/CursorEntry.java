package org.velocitydb.engine.entry;

import org.agrona.DirectBuffer;

/**
 * The entry that a cursor stands on. The cursor over a run fills it in at each move; the cursors above pass it on as it
 * is, so that an accessor costs the same however many of them there are. It copies nothing: keys and values are where
 * the run has them. Used by the cursor's thread.
 */
public final class CursorEntry
{
    private DirectBuffer keyBuffer;
    private int keyOffset;
    private int keyLength;
    private DirectBuffer valueBuffer;
    private int valueOffset;
    private int valueLength;
    private long sequence;
    private long expiryMs;
    private boolean isTombstone;

    /**
     * Sets the key.
     *
     * @param buffer      that holds it until the next move.
     * @param offset      of the key.
     * @param lengthBytes of the key.
     * @return this.
     */
    public CursorEntry key(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        keyBuffer = buffer;
        keyOffset = offset;
        keyLength = lengthBytes;
        return this;
    }

    /**
     * Sets the value.
     *
     * @param buffer      that holds it until the next move.
     * @param offset      of the value.
     * @param lengthBytes of the value, 0 for a tombstone.
     * @return this.
     */
    public CursorEntry value(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        valueBuffer = buffer;
        valueOffset = offset;
        valueLength = lengthBytes;
        return this;
    }

    /**
     * Sets what is neither key nor value.
     *
     * @param newSequence    of the entry.
     * @param newExpiryMs    when it ceases to be, {@link Expiry#NEVER_MS} where it stays.
     * @param newIsTombstone whether it deletes its key.
     * @return this.
     */
    public CursorEntry version(final long newSequence, final long newExpiryMs, final boolean newIsTombstone)
    {
        sequence = newSequence;
        expiryMs = newExpiryMs;
        isTombstone = newIsTombstone;
        return this;
    }

    /**
     * Buffer that holds the key.
     *
     * @return the buffer.
     */
    public DirectBuffer keyBuffer()
    {
        return keyBuffer;
    }

    /**
     * Where the key begins.
     *
     * @return offset in {@link #keyBuffer()}.
     */
    public int keyOffset()
    {
        return keyOffset;
    }

    /**
     * Extent of the key.
     *
     * @return bytes.
     */
    public int keyLength()
    {
        return keyLength;
    }

    /**
     * Buffer that holds the value.
     *
     * @return the buffer.
     */
    public DirectBuffer valueBuffer()
    {
        return valueBuffer;
    }

    /**
     * Where the value begins.
     *
     * @return offset in {@link #valueBuffer()}.
     */
    public int valueOffset()
    {
        return valueOffset;
    }

    /**
     * Extent of the value; 0 for a tombstone.
     *
     * @return bytes.
     */
    public int valueLength()
    {
        return valueLength;
    }

    /**
     * The entry's sequence.
     *
     * @return the sequence.
     */
    public long sequence()
    {
        return sequence;
    }

    /**
     * When the entry ceases to be.
     *
     * @return epoch milliseconds of log time; {@link Expiry#NEVER_MS} where it stays, and for a tombstone.
     */
    public long expiryMs()
    {
        return expiryMs;
    }

    /**
     * Whether the entry deletes its key.
     *
     * @return true for a tombstone.
     */
    public boolean isTombstone()
    {
        return isTombstone;
    }

    /**
     * Compares keys.
     *
     * @param other entry with the other key.
     * @return negative, zero or positive as this key is before, equal to or after the other.
     */
    public int compareKey(final CursorEntry other)
    {
        return Keys.compare(keyBuffer, keyOffset, keyLength, other.keyBuffer, other.keyOffset, other.keyLength);
    }

    /**
     * Compares keys.
     *
     * @param key         buffer of the other key.
     * @param offset      of the other key.
     * @param lengthBytes of the other key.
     * @return negative, zero or positive as this key is before, equal to or after the other.
     */
    public int compareKey(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        return Keys.compare(keyBuffer, keyOffset, keyLength, key, offset, lengthBytes);
    }
}
