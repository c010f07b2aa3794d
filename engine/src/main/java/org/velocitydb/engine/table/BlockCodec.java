package org.velocitydb.engine.table;

/**
 * Compresses blocks and takes them apart again, from array to array. One thread; {@link #close()} frees what it may
 * hold outside of the heap.
 */
interface BlockCodec extends AutoCloseable
{
    /**
     * The codec of a compression.
     *
     * @param compression other than {@link Compression#NONE}.
     * @return a codec of the caller's own.
     * @throws MissingCompressionException when its library is not there.
     */
    static BlockCodec of(final Compression compression)
    {
        switch (compression)
        {
            case LZ4 :
                return new Lz4Codec();
            case ZSTD :
                try
                {
                    return new ZstdCodec();
                }
                catch (final LinkageError e)
                {
                    // A class that is not there, or a native library that does not load on this machine.
                    throw new MissingCompressionException(
                        "compression zstd needs a library that is missing or does not load: " +
                            "library=com.github.luben:zstd-jni",
                        e);
                }
            default :
                throw new IllegalArgumentException("no codec: compression=" + compression);
        }
    }

    /** Room that the compressed form of so many bytes may take. */
    int maxCompressedLength(int lengthBytes);

    /**
     * Compresses.
     *
     * @param target with room for {@link #maxCompressedLength}.
     * @return bytes of the compressed form.
     */
    int compress(byte[] source, int lengthBytes, byte[] target);

    /**
     * Takes a compressed form apart. Never writes beyond the expected length, whatever the source says.
     *
     * @return whether it was well-formed and exactly as long as expected.
     */
    boolean decompress(byte[] source, int lengthBytes, byte[] target, int expectedLength);

    @Override
    void close();
}
