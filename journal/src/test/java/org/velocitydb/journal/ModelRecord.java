package org.velocitydb.journal;

import java.util.Arrays;

/**
 * A record as the tests' model keeps it.
 *
 * @param firstSequence of its entries.
 * @param entryCount    how many sequences it takes.
 * @param timeMs        log time.
 * @param payload       its bytes.
 */
record ModelRecord(long firstSequence, int entryCount, long timeMs, byte[] payload)
{
    long lastSequence()
    {
        return firstSequence + entryCount - 1;
    }

    @Override
    public boolean equals(final Object other)
    {
        return other instanceof ModelRecord that && firstSequence == that.firstSequence &&
            entryCount == that.entryCount && timeMs == that.timeMs && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode()
    {
        return Long.hashCode(firstSequence) * 31 + Arrays.hashCode(payload);
    }

    @Override
    public String toString()
    {
        return "record{" + firstSequence + ".." + lastSequence() + ", length=" + payload.length + "}";
    }
}
