package org.velocitydb.engine.table;

import java.nio.ByteOrder;
import java.util.Arrays;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Expiry;

/**
 * Gathers the entries of one block and then encodes them, as {@link BlockDescriptor} draws it: how keys are shortened
 * and how wide numbers are is known only when the last entry is. One thread; grows to its largest block and allocates
 * nothing from there on.
 *
 * <p>The value of an entry that has its block to itself may stay where it is, since a block ends with the last entry's
 * value: then {@link #encode()} makes all but these bytes.
 */
final class BlockBuilder
{
    private static final int INITIAL_ENTRY_COUNT = 64;
    private static final int INITIAL_LENGTH = 8 * 1024;
    /** Instead of where offsets go, if there are none. */
    private static final int NO_OFFSETS = -1;

    /** Keys and values as they came, one entry after the other. */
    private final UnsafeBuffer staged = new UnsafeBuffer(new byte[INITIAL_LENGTH]);
    private final UnsafeBuffer block = new UnsafeBuffer(new byte[INITIAL_LENGTH]);
    private int[] keyLengths = new int[INITIAL_ENTRY_COUNT];
    private int[] valueLengths = new int[INITIAL_ENTRY_COUNT];
    private long[] sequences = new long[INITIAL_ENTRY_COUNT];
    private long[] expiries = new long[INITIAL_ENTRY_COUNT];
    private byte[] fingerprints = new byte[INITIAL_ENTRY_COUNT];
    private boolean[] tombstones = new boolean[INITIAL_ENTRY_COUNT];

    private int entryCount;
    private int stagedLength;
    private int prefixLength;
    private int maxKeyLength;
    private int keyLengthsSum;
    private int valueLengthsSum;
    private int tombstoneCount;
    private int expiringCount;
    private long minSequence;
    private long maxSequence;
    private long minExpiryMs;
    private long maxExpiryMs;
    private boolean hasFixedKeys;
    private boolean hasFixedValues;
    private boolean hasOutsideValue;

    void reset()
    {
        entryCount = 0;
        stagedLength = 0;
        maxKeyLength = 0;
        keyLengthsSum = 0;
        valueLengthsSum = 0;
        tombstoneCount = 0;
        expiringCount = 0;
        minSequence = Long.MAX_VALUE;
        maxSequence = 0;
        minExpiryMs = Long.MAX_VALUE;
        maxExpiryMs = Long.MIN_VALUE;
        hasFixedKeys = true;
        hasFixedValues = true;
        hasOutsideValue = false;
    }

    int entryCount()
    {
        return entryCount;
    }

    /** Whether the last entry's value was left where it is. */
    boolean hasOutsideValue()
    {
        return hasOutsideValue;
    }

    /** Adds an entry but for its bytes, which {@link #stage} adds; its key comes after the one before. */
    void add(
        final int keyLength,
        final int commonLength,
        final int valueLength,
        final long sequence,
        final long expiryMs,
        final boolean isTombstone,
        final int fingerprint)
    {
        ensureEntries();
        final int i = entryCount++;
        keyLengths[i] = keyLength;
        valueLengths[i] = valueLength;
        sequences[i] = sequence;
        expiries[i] = expiryMs;
        tombstones[i] = isTombstone;
        fingerprints[i] = (byte) fingerprint;
        prefixLength = i == 0 ? keyLength : Math.min(prefixLength, commonLength);
        maxKeyLength = Math.max(maxKeyLength, keyLength);
        keyLengthsSum += keyLength;
        valueLengthsSum += valueLength;
        tombstoneCount += isTombstone ? 1 : 0;
        minSequence = Math.min(minSequence, sequence);
        maxSequence = Math.max(maxSequence, sequence);
        hasFixedKeys &= keyLength == keyLengths[0];
        hasFixedValues &= valueLength == valueLengths[0];
        if (expiryMs != Expiry.NEVER_MS)
        {
            expiringCount++;
            minExpiryMs = Math.min(minExpiryMs, expiryMs);
            maxExpiryMs = Math.max(maxExpiryMs, expiryMs);
        }
    }

    /** Copies the bytes of the entry added last. */
    void stage(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        if (stagedLength + keyLength + valueLength > staged.capacity())
        {
            grow(staged, stagedLength + keyLength + valueLength);
        }
        staged.putBytes(stagedLength, key, keyOffset, keyLength);
        staged.putBytes(stagedLength + keyLength, value, valueOffset, valueLength);
        stagedLength += keyLength + valueLength;
    }

    /** Stages the key alone of the only entry, whose value the caller writes behind the encoded bytes. */
    void stageKey(final DirectBuffer key, final int keyOffset, final int keyLength)
    {
        stage(key, keyOffset, keyLength, key, keyOffset, 0);
        hasOutsideValue = true;
    }

    private void ensureEntries()
    {
        if (entryCount == keyLengths.length)
        {
            final int length = 2 * entryCount;
            keyLengths = Arrays.copyOf(keyLengths, length);
            valueLengths = Arrays.copyOf(valueLengths, length);
            sequences = Arrays.copyOf(sequences, length);
            expiries = Arrays.copyOf(expiries, length);
            fingerprints = Arrays.copyOf(fingerprints, length);
            tombstones = Arrays.copyOf(tombstones, length);
        }
    }

    private static void grow(final UnsafeBuffer buffer, final int lengthBytes)
    {
        buffer.wrap(Arrays.copyOf(buffer.byteArray(), BitUtil.findNextPositivePowerOfTwo(lengthBytes)));
    }

    /** Length of the block, about; 0 without entries. */
    int lengthBytes()
    {
        return entryCount == 0
            ? 0
            : BlockDescriptor.HEADER_LENGTH + entryCount + prefixLength + keyLengthsSum - entryCount * prefixLength +
                valueLengthsSum;
    }

    /** Length of the block if one more entry were added; or a little more than that. */
    int lengthWith(
        final int keyLength, final int commonLength, final int valueLength, final long sequence, final long expiryMs)
    {
        final int count = entryCount + 1;
        final int prefix = Math.min(prefixLength, commonLength);
        final boolean expires = expiryMs != Expiry.NEVER_MS;
        final long minExpiry = expires ? Math.min(minExpiryMs, expiryMs) : minExpiryMs;
        final long maxExpiry = expires ? Math.max(maxExpiryMs, expiryMs) : maxExpiryMs;
        final int expiring = expiringCount + (expires ? 1 : 0);
        final int sequenceWidth = BlockDescriptor.width(
            Math.max(maxSequence, sequence) - Math.min(minSequence, sequence));
        final int expiryWidth = expiring == 0 ? 0 : BlockDescriptor.width(maxExpiry - minExpiry);
        final int kindLength = tombstoneCount > 0 || expiring > 0 || valueLength == 0 ? 1 : 0;
        final int suffixLengthLength = hasFixedKeys && keyLength == keyLengths[0]
            ? 0
            : BlockDescriptor.varintLength(Math.max(maxKeyLength, keyLength) - prefix);
        final int entries = keyLengthsSum + keyLength - count * prefix + valueLengthsSum + valueLength +
            count * (sequenceWidth + kindLength + suffixLengthLength) + expiring * expiryWidth;
        final int offsetLength = entries > BlockDescriptor.MAX_NARROW_LENGTH ? Integer.BYTES : Short.BYTES;
        final boolean isFixed = suffixLengthLength == 0 && hasFixedValues && valueLength == valueLengths[0];
        return BlockDescriptor.HEADER_LENGTH + (expiring > 0 ? Long.BYTES : 0) + count + prefix +
            (isFixed ? offsetLength : (count + 1) * offsetLength) + entries;
    }

    /**
     * Encodes the block.
     *
     * @return its length, without an outside value.
     */
    int encode()
    {
        final boolean hasKinds = tombstoneCount > 0 || expiringCount > 0;
        final int sequenceWidth = BlockDescriptor.width(maxSequence - minSequence);
        final int expiryWidth = expiringCount == 0 ? 0 : BlockDescriptor.width(maxExpiryMs - minExpiryMs);
        final boolean hasFixedLengths = hasFixedKeys && hasFixedValues &&
            (expiringCount == 0 || expiringCount == entryCount);
        final int entriesLength = entriesLength(sequenceWidth, hasKinds ? 1 : 0, expiryWidth);
        final boolean isWide = entriesLength > BlockDescriptor.MAX_NARROW_LENGTH;
        ensureBlock(entriesLength);

        final int flags = (hasFixedLengths ? BlockDescriptor.FLAG_FIXED_LENGTHS : 0) |
            (isWide ? BlockDescriptor.FLAG_WIDE : 0) | (hasFixedKeys ? BlockDescriptor.FLAG_FIXED_KEYS : 0) |
            (hasKinds ? BlockDescriptor.FLAG_KINDS : 0) | (expiringCount > 0 ? BlockDescriptor.FLAG_EXPIRIES : 0);
        int position = encodeHeader(flags, sequenceWidth | expiryWidth << BlockDescriptor.EXPIRY_WIDTH_SHIFT);
        final int entriesOffset = position + (isWide ? Integer.BYTES : Short.BYTES) *
            (hasFixedLengths ? 1 : entryCount + 1);
        if (hasFixedLengths)
        {
            putOffset(position, 0, entriesLength / entryCount, isWide);
            position = NO_OFFSETS;
        }
        return encodeEntries(position, isWide, entriesOffset, sequenceWidth, expiryWidth, hasKinds);
    }

    private int encodeHeader(final int flags, final int widths)
    {
        block.putByte(BlockDescriptor.FLAGS_OFFSET, (byte) flags);
        block.putByte(BlockDescriptor.WIDTHS_OFFSET, (byte) widths);
        block.putShort(BlockDescriptor.COUNT_OFFSET, (short) entryCount, ByteOrder.LITTLE_ENDIAN);
        block.putInt(BlockDescriptor.PREFIX_LENGTH_OFFSET, prefixLength, ByteOrder.LITTLE_ENDIAN);
        final int suffixLength = hasFixedKeys ? keyLengths[0] - prefixLength : 0;
        block.putInt(BlockDescriptor.SUFFIX_LENGTH_OFFSET, suffixLength, ByteOrder.LITTLE_ENDIAN);
        block.putLong(BlockDescriptor.BASE_SEQUENCE_OFFSET, minSequence, ByteOrder.LITTLE_ENDIAN);
        int position = BlockDescriptor.HEADER_LENGTH;
        if (expiringCount > 0)
        {
            block.putLong(BlockDescriptor.BASE_EXPIRY_OFFSET, minExpiryMs, ByteOrder.LITTLE_ENDIAN);
            position += Long.BYTES;
        }
        block.putBytes(position, fingerprints, 0, entryCount);
        position += entryCount;
        block.putBytes(position, staged, 0, prefixLength);
        return position + prefixLength;
    }

    private int entriesLength(final int sequenceWidth, final int kindLength, final int expiryWidth)
    {
        int length = keyLengthsSum - entryCount * prefixLength + valueLengthsSum +
            entryCount * (sequenceWidth + kindLength) + expiringCount * expiryWidth;
        if (!hasFixedKeys)
        {
            for (int i = 0; i < entryCount; i++)
            {
                length += BlockDescriptor.varintLength(keyLengths[i] - prefixLength);
            }
        }
        return length;
    }

    private void ensureBlock(final int entriesLength)
    {
        final int length = BlockDescriptor.HEADER_LENGTH + Long.BYTES + entryCount + prefixLength +
            (entryCount + 1) * Integer.BYTES + entriesLength - (hasOutsideValue ? valueLengthsSum : 0) +
            BlockDescriptor.SLACK_LENGTH;
        if (length > block.capacity())
        {
            grow(block, length);
        }
    }

    private void putOffset(final int offsetsOffset, final int index, final int offset, final boolean isWide)
    {
        if (isWide)
        {
            block.putInt(offsetsOffset + index * Integer.BYTES, offset, ByteOrder.LITTLE_ENDIAN);
        }
        else
        {
            block.putShort(offsetsOffset + index * Short.BYTES, (short) offset, ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Numbers of variable width are put as eight bytes, of which those too many are written over by what follows. */
    private int encodeEntries(
        final int offsetsOffset,
        final boolean isWide,
        final int entriesOffset,
        final int sequenceWidth,
        final int expiryWidth,
        final boolean hasKinds)
    {
        int position = entriesOffset;
        int source = 0;
        for (int i = 0; i < entryCount; i++)
        {
            if (offsetsOffset != NO_OFFSETS)
            {
                putOffset(offsetsOffset, i, position - entriesOffset, isWide);
            }
            block.putLong(position, sequences[i] - minSequence, ByteOrder.LITTLE_ENDIAN);
            position += sequenceWidth;
            if (hasKinds)
            {
                position = encodeKind(position, i, expiryWidth);
            }
            final int suffixLength = keyLengths[i] - prefixLength;
            if (!hasFixedKeys)
            {
                position = encodeVarint(position, suffixLength);
            }
            block.putBytes(position, staged, source + prefixLength, suffixLength);
            position += suffixLength;
            source += keyLengths[i];
            if (!hasOutsideValue)
            {
                block.putBytes(position, staged, source, valueLengths[i]);
                position += valueLengths[i];
                source += valueLengths[i];
            }
        }
        if (offsetsOffset != NO_OFFSETS)
        {
            putOffset(offsetsOffset, entryCount, position - entriesOffset, isWide);
        }
        return position;
    }

    private int encodeKind(final int offset, final int index, final int expiryWidth)
    {
        if (expiries[index] != Expiry.NEVER_MS)
        {
            block.putByte(offset, (byte) BlockDescriptor.KIND_EXPIRING);
            block.putLong(offset + 1, expiries[index] - minExpiryMs, ByteOrder.LITTLE_ENDIAN);
            return offset + 1 + expiryWidth;
        }
        block.putByte(offset,
            (byte) (tombstones[index] ? BlockDescriptor.KIND_TOMBSTONE : BlockDescriptor.KIND_VALUE));
        return offset + 1;
    }

    private int encodeVarint(final int offset, final int number)
    {
        int position = offset;
        int left = number;
        while (left > 0x7F)
        {
            block.putByte(position++, (byte) (left | 0x80));
            left >>>= 7;
        }
        block.putByte(position++, (byte) left);
        return position;
    }

    /** The bytes that {@link #encode()} made, valid until the next entry is added. */
    UnsafeBuffer block()
    {
        return block;
    }
}
