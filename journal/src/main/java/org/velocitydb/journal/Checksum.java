package org.velocitydb.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

import org.agrona.DirectBuffer;

/**
 * CRC-32C over part of a buffer that has a ByteBuffer beneath. Keeps a view of the last ByteBuffer it saw, so that it
 * allocates nothing as long as the owner uses the same one. Used by one thread.
 */
final class Checksum
{
    private final CRC32C crc = new CRC32C();
    private ByteBuffer source;
    private ByteBuffer view;

    int of(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final ByteBuffer bytes = view(buffer, offset, lengthBytes);
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /**
     * The same bytes as a ByteBuffer.
     *
     * @param buffer      with a ByteBuffer beneath.
     * @param offset      of the first byte.
     * @param lengthBytes how many.
     * @return a view that is valid until the next call.
     */
    ByteBuffer view(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final ByteBuffer beneath = buffer.byteBuffer();
        if (view == null || beneath != source)
        {
            view = requireDirect(beneath).duplicate();
            source = beneath;
        }
        final int start = offset + buffer.wrapAdjustment();
        view.clear();
        view.limit(start + lengthBytes);
        view.position(start);
        return view;
    }

    private static ByteBuffer requireDirect(final ByteBuffer beneath)
    {
        if (beneath == null || !beneath.isDirect())
        {
            throw new IllegalArgumentException("buffer must have a direct ByteBuffer beneath");
        }
        return beneath;
    }
}
