package org.velocitydb.engine.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The checksum of every part of a table: CRC-32C over the part's bytes, then over the table's number and the part's
 * offset in the file, each as eight little-endian bytes. The two last make a part that is whole but lies in the wrong
 * place, or comes from another table, as wrong as a damaged one. One thread; allocation-free.
 */
final class TableChecksum
{
    /** Bytes that a checksum takes on disk. */
    static final int LENGTH = Integer.BYTES;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer place = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    void begin()
    {
        crc.reset();
    }

    void update(final ByteBuffer bytes)
    {
        crc.update(bytes);
    }

    void update(final byte[] bytes, final int length)
    {
        crc.update(bytes, 0, length);
    }

    int end(final long tableNumber, final long offset)
    {
        place.clear();
        place.putLong(tableNumber).putLong(offset).flip();
        crc.update(place);
        return (int) crc.getValue();
    }
}
