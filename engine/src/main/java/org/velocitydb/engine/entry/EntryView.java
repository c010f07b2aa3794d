package org.velocitydb.engine.entry;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where a point read found its entry: a flyweight that its owner reuses for every read. It copies nothing, so it is
 * valid only as long as the read section in which it was filled.
 */
public final class EntryView
{
    private final UnsafeBuffer value = new UnsafeBuffer(0, 0);
    private long sequence;
    private long expiryMs;
    private boolean isTombstone;

    /**
     * Points this view at a value.
     *
     * @param buffer        that holds the value.
     * @param offset        of the value in it.
     * @param lengthBytes   of the value.
     * @param entrySequence the entry's sequence.
     * @param entryExpiryMs when the entry ceases to be, {@link Expiry#NEVER_MS} where it stays.
     */
    public void wrapValue(
        final DirectBuffer buffer,
        final int offset,
        final int lengthBytes,
        final long entrySequence,
        final long entryExpiryMs)
    {
        value.wrap(buffer, offset, lengthBytes);
        sequence = entrySequence;
        expiryMs = entryExpiryMs;
        isTombstone = false;
    }

    /**
     * Says that the newest entry of the key deletes it.
     *
     * @param entrySequence the tombstone's sequence.
     */
    public void wrapTombstone(final long entrySequence)
    {
        value.wrap(0, 0);
        sequence = entrySequence;
        expiryMs = Expiry.NEVER_MS;
        isTombstone = true;
    }

    /**
     * The value's bytes; empty for a tombstone.
     *
     * @return a buffer whose capacity is the value's length.
     */
    public DirectBuffer value()
    {
        return value;
    }

    /**
     * The entry's sequence, which is the version that clients see.
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
     * Whether there is a value at a time.
     *
     * @param nowMs log time in epoch milliseconds.
     * @return false for a tombstone and for an entry that has expired.
     */
    public boolean isLive(final long nowMs)
    {
        return !isTombstone && !Expiry.isExpired(expiryMs, nowMs);
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
}
