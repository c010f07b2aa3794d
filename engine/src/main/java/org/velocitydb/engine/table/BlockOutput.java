package org.velocitydb.engine.table;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes finished blocks, compressed where that pays; see {@link BlockDescriptor}. One thread; allocation-free once
 * warm, but for what a compressor allocates.
 */
final class BlockOutput implements AutoCloseable
{
    private static final byte[] NO_BYTES = new byte[0];

    private final TableOutput output;
    private final UnsafeBuffer compressedBuffer = new UnsafeBuffer(0, 0);
    private byte[] compressed = NO_BYTES;
    private Compression compression = Compression.NONE;
    private BlockCodec codec;
    private Compression codecCompression = Compression.NONE;

    BlockOutput(final TableOutput output)
    {
        this.output = output;
    }

    /** How blocks are compressed from here on. */
    void begin(final Compression newCompression)
    {
        if (newCompression != Compression.NONE && newCompression != codecCompression)
        {
            CloseHelper.close(codec);
            codecCompression = Compression.NONE;
            codec = BlockCodec.of(newCompression);
            codecCompression = newCompression;
        }
        compression = newCompression;
    }

    /** Writes a block whose bytes are all in the builder. */
    void write(final BlockBuilder builder)
    {
        final int length = builder.encode();
        output.beginSection();
        if (compression == Compression.NONE || length > BlockDescriptor.MAX_COMPRESSIBLE_LENGTH ||
            !writeCompressed(builder.block(), length))
        {
            output.putBytes(builder.block(), 0, length);
        }
        output.endSection();
    }

    /** Writes a block of one entry whose value is not in the builder. */
    void write(final BlockBuilder builder, final DirectBuffer value, final int offset, final int lengthBytes)
    {
        final int length = builder.encode();
        output.beginSection();
        output.putBytes(builder.block(), 0, length);
        output.putBytes(value, offset, lengthBytes);
        output.endSection();
    }

    private boolean writeCompressed(final UnsafeBuffer block, final int lengthBytes)
    {
        final int maxLength = codec.maxCompressedLength(lengthBytes);
        if (maxLength > compressed.length)
        {
            compressed = new byte[maxLength];
            compressedBuffer.wrap(compressed);
        }
        final int compressedLength = codec.compress(block.byteArray(), lengthBytes, compressed);
        final int storedLength = BlockDescriptor.COMPRESSED_HEADER_LENGTH + compressedLength;
        if (storedLength > lengthBytes - lengthBytes / BlockDescriptor.MIN_SAVED_PART)
        {
            return false;
        }
        output.putInt(BlockDescriptor.FLAG_COMPRESSED + compression.code());
        output.putInt(lengthBytes);
        output.putBytes(compressedBuffer, 0, compressedLength);
        return true;
    }

    @Override
    public void close()
    {
        CloseHelper.close(codec);
        codec = null;
    }
}
