package org.velocitydb.engine.table;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import org.agrona.CloseHelper;

/**
 * Zstandard frames. The only class that names the library, which may be absent: without it, making a codec throws a
 * {@link LinkageError}, and {@link BlockCodec#of} tells people so.
 */
final class ZstdCodec implements BlockCodec
{
    /** The library's own default: beyond it, time grows faster than what is saved. */
    private static final int LEVEL = 3;

    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    /** Null until something is compressed: readers never need its memory, which is much. */
    private ZstdCompressCtx compressor;

    @Override
    public int maxCompressedLength(final int lengthBytes)
    {
        return (int) Zstd.compressBound(lengthBytes);
    }

    @Override
    public int compress(final byte[] source, final int lengthBytes, final byte[] target)
    {
        if (compressor == null)
        {
            compressor = new ZstdCompressCtx().setLevel(LEVEL).setChecksum(false);
        }
        return compressor.compressByteArray(target, 0, target.length, source, 0, lengthBytes);
    }

    @Override
    public boolean decompress(
        final byte[] source, final int lengthBytes, final byte[] target, final int expectedLength)
    {
        try
        {
            return decompressor
                .decompressByteArray(target, 0, expectedLength, source, 0, lengthBytes) == expectedLength;
        }
        catch (final ZstdException e)
        {
            return false;
        }
    }

    @Override
    public void close()
    {
        CloseHelper.close(compressor);
        decompressor.close();
    }
}
