package org.velocitydb.protocol.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Fields;
import org.velocitydb.protocol.Vector;

/**
 * Hurts the vectors in seeded ways. Decoding reads arrays that end where the frame ends, so a read out of bounds
 * throws, and nothing may throw. What is accepted all the same must encode to the very bytes it was decoded from: there
 * is one encoding of every message.
 */
class MutationsTest
{
    private static final int MUTATIONS_PER_VECTOR = 5_000;
    private static final int[] EXTREMES = { 0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 64 * 1024 + 1, 0xFF };

    private final FrameText frames = new FrameText();
    private final FrameCodec codec = new FrameCodec(new Crc());
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void shouldNeverThrowForBodiesThatAreHurtAndSealedAgain()
    {
        for (final Vector vector : Vector.read("v2.txt"))
        {
            for (int i = 0; i < MUTATIONS_PER_VECTOR; i++)
            {
                final byte[] bytes = mutateBody(vector.bytes());
                codec.seal(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length);
                decodeHurt(vector, bytes);
            }
        }
    }

    @Test
    void shouldRefuseFramesThatAreHurtAnywhere()
    {
        for (final Vector vector : Vector.read("v2.txt"))
        {
            final byte[] sound = vector.bytes();
            for (int bit = 0; bit < sound.length * Byte.SIZE; bit++)
            {
                final byte[] bytes = sound.clone();
                bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

                assertNotEquals(Fault.NONE, frames.decode(bytes, new Fields()), vector + ", bit=" + bit);
            }
        }
    }

    @Test
    void shouldNeverThrowForNoise()
    {
        final List<Vector> vectors = Vector.read("v2.txt");
        for (int i = 0; i < 100_000; i++)
        {
            final byte[] bytes = vectors.get(random.nextInt(vectors.size())).bytes();
            final int from = random.nextInt(bytes.length);
            for (int j = from; j < bytes.length && j < from + 8; j++)
            {
                bytes[j] = (byte) random.nextInt();
            }
            frames.decode(bytes, new Fields());
        }
    }

    private void decodeHurt(final Vector vector, final byte[] bytes)
    {
        final Fields fields = new Fields();
        final Fault fault;
        try
        {
            fault = frames.decode(bytes, fields);
        }
        catch (final RuntimeException ex)
        {
            throw new AssertionError("seed=" + seed + ", vector=" + vector + ", bytes=" + Fields.hex(bytes), ex);
        }
        final boolean isReadable = fault == Fault.NONE;
        if (isReadable && fields.has("code") && fields.integer("code") > ErrorCode.CONNECTION_KILLED.code())
        {
            return;
        }
        if (isReadable)
        {
            assertEquals(Fields.hex(bytes), Fields.hex(frames.encode(fields)), "seed=" + seed + ", vector=" + vector);
        }
    }

    private byte[] mutateBody(final byte[] sound)
    {
        byte[] bytes = sound;
        for (int i = 1 + random.nextInt(3); i > 0; i--)
        {
            bytes = mutateOnce(bytes);
        }
        return bytes;
    }

    private byte[] mutateOnce(final byte[] bytes)
    {
        final int bodyLength = bytes.length - FrameDescriptor.HEADER_LENGTH;
        final int at = FrameDescriptor.HEADER_LENGTH + (bodyLength == 0 ? 0 : random.nextInt(bodyLength));
        switch (random.nextInt(6))
        {
            case 0 :
                return Arrays.copyOf(bytes, at);
            case 1 :
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(16));
            case 2 :
                bytes[5] = (byte) random.nextInt();
                return bytes;
            case 3 :
                bytes[6] = (byte) random.nextInt(16);
                return bytes;
            case 4 :
                if (at + Integer.BYTES <= bytes.length)
                {
                    ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(at, EXTREMES[random.nextInt(EXTREMES.length)]);
                }
                return bytes;
            default :
                if (at < bytes.length)
                {
                    bytes[at] = (byte) random.nextInt();
                }
                return bytes;
        }
    }
}
