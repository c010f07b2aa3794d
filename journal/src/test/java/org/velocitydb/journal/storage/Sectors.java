package org.velocitydb.journal.storage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Bytes of one file as sectors that are never changed in place, so that the live and the durable image can share them.
 * A sector that was never written reads as zeros.
 */
final class Sectors
{
    static final int SECTOR_LENGTH = 512;
    private static final byte[] ZERO_SECTOR = new byte[SECTOR_LENGTH];

    private final Map<Long, byte[]> sectorByIndex = new HashMap<>();
    private long lengthBytes;

    long lengthBytes()
    {
        return lengthBytes;
    }

    void copyFrom(final Sectors other)
    {
        sectorByIndex.clear();
        sectorByIndex.putAll(other.sectorByIndex);
        lengthBytes = other.lengthBytes;
    }

    byte[] sector(final long index)
    {
        return sectorByIndex.getOrDefault(index, ZERO_SECTOR);
    }

    void put(final long index, final byte[] content, final long endPosition)
    {
        sectorByIndex.put(index, content);
        lengthBytes = Math.max(lengthBytes, endPosition);
    }

    void grow(final long newLengthBytes)
    {
        lengthBytes = Math.max(lengthBytes, newLengthBytes);
    }

    void truncate(final long newLengthBytes)
    {
        lengthBytes = newLengthBytes;
        final long lastIndex = newLengthBytes / SECTOR_LENGTH;
        final int kept = (int) (newLengthBytes % SECTOR_LENGTH);
        sectorByIndex.keySet().removeIf((index) -> index > lastIndex || (index == lastIndex && kept == 0));
        if (sectorByIndex.containsKey(lastIndex))
        {
            sectorByIndex.put(lastIndex, Arrays.copyOf(Arrays.copyOf(sector(lastIndex), kept), SECTOR_LENGTH));
        }
    }

    void flip(final long position, final int mask)
    {
        final byte[] changed = sector(position / SECTOR_LENGTH).clone();
        changed[(int) (position % SECTOR_LENGTH)] ^= (byte) mask;
        sectorByIndex.put(position / SECTOR_LENGTH, changed);
    }

    void read(final byte[] dst, final int dstOffset, final int count, final long position)
    {
        int done = 0;
        while (done < count)
        {
            final long at = position + done;
            final int inSector = (int) (at % SECTOR_LENGTH);
            final int chunk = Math.min(SECTOR_LENGTH - inSector, count - done);
            System.arraycopy(sector(at / SECTOR_LENGTH), inSector, dst, dstOffset + done, chunk);
            done += chunk;
        }
    }
}
