package org.velocitydb.engine.table;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * Decompresses blocks for one thread. Holds a codec of each kind that it has met, and room for a block as it is stored.
 */
final class BlockLoader implements AutoCloseable
{
    private static final byte[] NO_BYTES = new byte[0];

    private final BlockCodec[] codecs = new BlockCodec[Compression.values().length];
    private byte[] stored = NO_BYTES;

    /**
     * Decompresses.
     *
     * @return whether the compressed form was well-formed and of the expected length.
     * @throws MissingCompressionException when a library is missing.
     */
    boolean decompress(
        final DirectBuffer file,
        final int offset,
        final int lengthBytes,
        final Compression compression,
        final byte[] target,
        final int expectedLength)
    {
        BlockCodec codec = codecs[compression.code()];
        if (codec == null)
        {
            codec = BlockCodec.of(compression);
            codecs[compression.code()] = codec;
        }
        if (stored.length < lengthBytes)
        {
            stored = new byte[Math.max(lengthBytes, 2 * stored.length)];
        }
        file.getBytes(offset, stored, 0, lengthBytes);
        return codec.decompress(stored, lengthBytes, target, expectedLength);
    }

    @Override
    public void close()
    {
        for (int i = 0; i < codecs.length; i++)
        {
            CloseHelper.close(codecs[i]);
            codecs[i] = null;
        }
    }
}
