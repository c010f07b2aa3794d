package org.velocitydb.perf.peers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The records, which are the same for every store: key and value follow from the record's number and the seed.
 *
 * <pre>
 *   mixed(n)          = the last three lines of SplitMix64 over n + seed * 0x9e3779b97f4a7c15, a bijection of n
 *   random key(n)     = mixed(n) as 16 hexadecimal digits, so no two numbers share a key and neighbours lie far apart
 *   sequential key(n) = n as 16 decimal digits
 *   value(n)          = 48 bytes: the SplitMix64 sequence from mixed(n), six words, little-endian,
 *                       then the same 48 bytes and the first four of them once more, so that half of it can be packed
 * </pre>
 *
 * <p>Numbers from 0 to the count of records are stored; the number of an absent record is any other. The program for
 * Sled makes the same records. Has no state that changes, so any thread may use it.
 */
final class PeerRecords
{
    /** Extent of a key. */
    static final int KEY_LENGTH = 16;
    /** Extent of a value. */
    static final int VALUE_LENGTH = 100;

    private static final int UNIQUE_LENGTH = 48;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int DECIMAL = 10;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(
        long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long offset;
    private final boolean isSequential;

    private PeerRecords(final long seed, final boolean isSequential)
    {
        offset = seed * GOLDEN_GAMMA;
        this.isSequential = isSequential;
    }

    /**
     * Records whose keys are in no order.
     *
     * @param seed another one makes other keys and values.
     * @return the records.
     */
    static PeerRecords random(final long seed)
    {
        return new PeerRecords(seed, false);
    }

    /**
     * Records whose keys ascend with their numbers.
     *
     * @param seed another one makes other values.
     * @return the records.
     */
    static PeerRecords sequential(final long seed)
    {
        return new PeerRecords(seed, true);
    }

    void key(final long number, final byte[] key)
    {
        if (isSequential)
        {
            long rest = number;
            for (int i = KEY_LENGTH - 1; i >= 0; i--)
            {
                key[i] = (byte) ('0' + rest % DECIMAL);
                rest /= DECIMAL;
            }
        }
        else
        {
            long rest = mixed(number);
            for (int i = KEY_LENGTH - 1; i >= 0; i--)
            {
                key[i] = HEX_DIGITS[(int) rest & 0xf];
                rest >>>= 4;
            }
        }
    }

    void value(final long number, final byte[] value)
    {
        long state = mixed(number);
        for (int i = 0; i < UNIQUE_LENGTH; i += Long.BYTES)
        {
            state += GOLDEN_GAMMA;
            WORDS.set(value, i, mix(state));
        }
        System.arraycopy(value, 0, value, UNIQUE_LENGTH, UNIQUE_LENGTH);
        System.arraycopy(value, 0, value, 2 * UNIQUE_LENGTH, VALUE_LENGTH - 2 * UNIQUE_LENGTH);
    }

    /**
     * A check that is cheap enough for every read: the length, and the first word, which no other record shares.
     */
    boolean isValueOf(final long number, final byte[] value, final int lengthBytes)
    {
        return lengthBytes == VALUE_LENGTH && (long) WORDS.get(value, 0) == mix(mixed(number) + GOLDEN_GAMMA);
    }

    private long mixed(final long number)
    {
        return mix(number + offset);
    }

    private static long mix(final long word)
    {
        long mixed = word;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
