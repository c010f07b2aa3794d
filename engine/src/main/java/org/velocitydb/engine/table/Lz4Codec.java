package org.velocitydb.engine.table;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * LZ4 blocks, by the library's pure Java code on arrays: it needs neither a native library nor
 * {@code sun.misc.Unsafe}, which newer JDKs warn of, and it checks every index.
 */
final class Lz4Codec implements BlockCodec
{
    private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
    private final LZ4SafeDecompressor decompressor = LZ4Factory.safeInstance().safeDecompressor();

    @Override
    public int maxCompressedLength(final int lengthBytes)
    {
        return compressor.maxCompressedLength(lengthBytes);
    }

    @Override
    public int compress(final byte[] source, final int lengthBytes, final byte[] target)
    {
        return compressor.compress(source, 0, lengthBytes, target, 0, target.length);
    }

    @Override
    public boolean decompress(
        final byte[] source, final int lengthBytes, final byte[] target, final int expectedLength)
    {
        try
        {
            return decompressor.decompress(source, 0, lengthBytes, target, 0, expectedLength) == expectedLength;
        }
        catch (final LZ4Exception e)
        {
            return false;
        }
    }

    @Override
    public void close()
    {
    }
}
