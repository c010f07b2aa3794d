package org.velocitydb.protocol;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Checksums over parts of buffers, allocation-free for direct buffers and for those with an array. Owned by one thread,
 * as are the buffers: position and limit of a buffer are moved while it is summed, and put back.
 */
public final class Crc
{
    private final CRC32 crc32 = new CRC32();
    private final CRC32C crc32c = new CRC32C();

    /**
     * CRC-32 (IEEE, zlib's polynomial), which version 1 uses.
     *
     * @param buffer to read.
     * @param offset of the first byte.
     * @param length in bytes.
     * @return the checksum.
     */
    public int crc32(final ByteBuffer buffer, final int offset, final int length)
    {
        crc32.reset();
        update(crc32, buffer, offset, length);
        return (int) crc32.getValue();
    }

    /**
     * CRC-32C (Castagnoli) over two parts of a buffer, as version 2 leaves out the field that holds the checksum.
     *
     * @param buffer       to read.
     * @param firstOffset  of the first part.
     * @param firstLength  in bytes.
     * @param secondOffset of the second part.
     * @param secondLength in bytes.
     * @return the checksum of both as if they were one.
     */
    public int crc32c(
        final ByteBuffer buffer,
        final int firstOffset,
        final int firstLength,
        final int secondOffset,
        final int secondLength)
    {
        crc32c.reset();
        update(crc32c, buffer, firstOffset, firstLength);
        update(crc32c, buffer, secondOffset, secondLength);
        return (int) crc32c.getValue();
    }

    private static void update(final Checksum checksum, final ByteBuffer buffer, final int offset, final int length)
    {
        final int position = buffer.position();
        final int limit = buffer.limit();
        buffer.limit(offset + length).position(offset);
        checksum.update(buffer);
        buffer.limit(limit).position(position);
    }
}
