package org.velocitydb.engine.table;

import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;

/**
 * Counts what a table says about itself while entries are added; see {@link PropertiesDescriptor}. Owns room for two
 * keys, and is used again for the next table. One thread.
 */
final class PropertiesBuilder implements AutoCloseable
{
    private final UnsafeBuffer smallestKey = newKeyBuffer();
    private final UnsafeBuffer lastKey = newKeyBuffer();
    private long tableNumber;
    private long creationTimeMs;
    private Compression compression;
    private long entryCount;
    private long tombstoneCount;
    private long expiringCount;
    private long minSequence;
    private long maxSequence;
    private long minExpiryMs;
    private long maxExpiryMs;
    private long rawLength;
    private int smallestKeyLength;
    private int lastKeyLength;

    private static UnsafeBuffer newKeyBuffer()
    {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(Keys.MAX_INTERNAL_KEY_LENGTH));
    }

    void reset(final long newTableNumber, final long newCreationTimeMs, final Compression newCompression)
    {
        tableNumber = newTableNumber;
        creationTimeMs = newCreationTimeMs;
        compression = newCompression;
        entryCount = 0;
        tombstoneCount = 0;
        expiringCount = 0;
        minSequence = Long.MAX_VALUE;
        maxSequence = 0;
        minExpiryMs = Expiry.NEVER_MS;
        maxExpiryMs = Expiry.NEVER_MS;
        rawLength = 0;
        smallestKeyLength = 0;
        lastKeyLength = 0;
    }

    long tableNumber()
    {
        return tableNumber;
    }

    long entryCount()
    {
        return entryCount;
    }

    DirectBuffer lastKey()
    {
        return lastKey;
    }

    int lastKeyLength()
    {
        return lastKeyLength;
    }

    /** Bytes that all keys begin with, since the keys between begin with what these two share. */
    int commonLength()
    {
        return TableKeys.commonLength(
            smallestKey, 0, lastKey, 0, Math.min(smallestKeyLength, lastKeyLength));
    }

    /**
     * Counts an entry.
     *
     * @param common bytes that its key shares with the last one, which are not copied again.
     */
    void add(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final int common,
        final long sequence,
        final long expiryMs,
        final boolean isTombstone,
        final int valueLength)
    {
        if (entryCount == 0)
        {
            smallestKey.putBytes(0, key, keyOffset, keyLength);
            smallestKeyLength = keyLength;
        }
        lastKey.putBytes(common, key, keyOffset + common, keyLength - common);
        lastKeyLength = keyLength;
        entryCount++;
        tombstoneCount += isTombstone ? 1 : 0;
        minSequence = Math.min(minSequence, sequence);
        maxSequence = Math.max(maxSequence, sequence);
        rawLength += keyLength + valueLength;
        if (expiryMs != Expiry.NEVER_MS)
        {
            minExpiryMs = Math.min(minExpiryMs, expiryMs);
            maxExpiryMs = expiringCount == 0 ? expiryMs : Math.max(maxExpiryMs, expiryMs);
            expiringCount++;
        }
    }

    /** Writes all but the checksum. */
    void writeTo(final TableOutput output)
    {
        output.putLong(entryCount);
        output.putLong(tombstoneCount);
        output.putLong(expiringCount);
        output.putLong(minSequence);
        output.putLong(maxSequence);
        output.putLong(minExpiryMs);
        output.putLong(maxExpiryMs);
        output.putLong(rawLength);
        output.putLong(creationTimeMs);
        output.putInt(compression.code());
        output.putInt(0);
        output.putInt(smallestKeyLength);
        output.putInt(lastKeyLength);
        output.putBytes(smallestKey, 0, smallestKeyLength);
        output.putBytes(lastKey, 0, lastKeyLength);
    }

    TableInfo toInfo(final long fileLength)
    {
        return new TableInfo(
            tableNumber,
            fileLength,
            entryCount,
            tombstoneCount,
            expiringCount,
            minSequence,
            maxSequence,
            minExpiryMs,
            maxExpiryMs,
            rawLength,
            creationTimeMs,
            compression);
    }

    @Override
    public void close()
    {
        BufferUtil.free(smallestKey);
        BufferUtil.free(lastKey);
    }
}
