package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * A flyweight over one block, in a mapped table or decompressed, and over one entry in it; see {@link BlockDescriptor}.
 * One thread; allocation-free. Valid as long as the memory beneath is.
 *
 * <p>Even a block whose checksum is right may have been written wrong, so every length and offset is checked against
 * the block before it is used: a bad block ends in a {@link CorruptionException} that names file and offset. Only what
 * lies less than {@link BlockDescriptor#SLACK_LENGTH} behind the block may be read besides.
 */
final class Block
{
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long SEVEN_BITS = 0x7F7F_7F7F_7F7F_7F7FL;

    private DirectBuffer buffer;
    private String fileName;
    private int fileOffset;
    private int begin;
    private int lengthBytes;
    private int entryCount;
    private int prefixLength;
    private int fixedSuffixLength;
    private boolean hasFixedKeys;
    private boolean hasKinds;
    private boolean hasExpiries;
    private boolean isWide;
    private boolean hasFixedLengths;
    /** Of every entry, if that is so. */
    private int fixedLength;
    private int sequenceWidth;
    private int expiryWidth;
    private long sequenceMask;
    private long expiryMask;
    private long baseSequence;
    private long baseExpiryMs;
    private int fingerprintsOffset;
    private int prefixOffset;
    private int offsetsOffset;
    private int entriesOffset;
    private int entriesLength;

    /** The entry shown. */
    private int entryIndex;
    private int kind;
    private long sequence;
    private long expiryMs;
    private int suffixOffset;
    private int suffixLength;
    private int valueLength;

    /**
     * Shows a block whose checksum has been verified.
     *
     * @param newFileOffset of the block as stored, for error messages.
     */
    void wrap(
        final DirectBuffer newBuffer,
        final int offset,
        final int newLengthBytes,
        final String newFileName,
        final int newFileOffset)
    {
        buffer = newBuffer;
        fileName = newFileName;
        fileOffset = newFileOffset;
        begin = offset;
        lengthBytes = newLengthBytes;
        entryIndex = 0;
        final int flags = newBuffer.getByte(offset + BlockDescriptor.FLAGS_OFFSET) & 0xFF;
        final int widths = newBuffer.getByte(offset + BlockDescriptor.WIDTHS_OFFSET) & 0xFF;
        entryCount = newBuffer.getShort(offset + BlockDescriptor.COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        prefixLength = getInt(BlockDescriptor.PREFIX_LENGTH_OFFSET);
        fixedSuffixLength = getInt(BlockDescriptor.SUFFIX_LENGTH_OFFSET);
        baseSequence = getLong(BlockDescriptor.BASE_SEQUENCE_OFFSET);
        hasFixedKeys = (flags & BlockDescriptor.FLAG_FIXED_KEYS) != 0;
        hasKinds = (flags & BlockDescriptor.FLAG_KINDS) != 0;
        hasExpiries = (flags & BlockDescriptor.FLAG_EXPIRIES) != 0;
        isWide = (flags & BlockDescriptor.FLAG_WIDE) != 0;
        hasFixedLengths = (flags & BlockDescriptor.FLAG_FIXED_LENGTHS) != 0;
        sequenceWidth = widths & BlockDescriptor.WIDTH_MASK;
        expiryWidth = widths >>> BlockDescriptor.EXPIRY_WIDTH_SHIFT;
        if ((flags & ~BlockDescriptor.ALL_FLAGS) != 0 || sequenceWidth > Long.BYTES || expiryWidth > Long.BYTES ||
            entryCount == 0 || prefixLength < 0 || prefixLength > Keys.MAX_INTERNAL_KEY_LENGTH ||
            fixedSuffixLength < 0 || fixedSuffixLength > Keys.MAX_INTERNAL_KEY_LENGTH - prefixLength)
        {
            throw corruption("table block header malformed");
        }
        sequenceMask = BlockDescriptor.mask(sequenceWidth);
        fingerprintsOffset = offset + BlockDescriptor.HEADER_LENGTH;
        if (hasExpiries)
        {
            wrapExpiries();
        }
        prefixOffset = fingerprintsOffset + entryCount;
        offsetsOffset = prefixOffset + prefixLength;
        locateEntries();
    }

    private void wrapExpiries()
    {
        baseExpiryMs = getLong(BlockDescriptor.BASE_EXPIRY_OFFSET);
        expiryMask = BlockDescriptor.mask(expiryWidth);
        fingerprintsOffset += Long.BYTES;
    }

    private void locateEntries()
    {
        final int offsetLength = isWide ? Integer.BYTES : Short.BYTES;
        entriesOffset = offsetsOffset + (hasFixedLengths ? offsetLength : (entryCount + 1) * offsetLength);
        entriesLength = begin + lengthBytes - entriesOffset;
        if (entriesLength < 0)
        {
            throw corruption("table block shorter than its header says");
        }
        fixedLength = entryOffset(0);
        final boolean isFilled = hasFixedLengths
            ? (long) fixedLength * entryCount == entriesLength
            : fixedLength == 0 && entryOffset(entryCount) == entriesLength;
        if (!isFilled)
        {
            throw corruption("table block entries do not fill the block");
        }
    }

    private int getInt(final int fieldOffset)
    {
        return buffer.getInt(begin + fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    private long getLong(final int fieldOffset)
    {
        return buffer.getLong(begin + fieldOffset, ByteOrder.LITTLE_ENDIAN);
    }

    private int entryOffset(final int index)
    {
        return isWide
            ? buffer.getInt(offsetsOffset + index * Integer.BYTES, ByteOrder.LITTLE_ENDIAN)
            : buffer.getShort(offsetsOffset + index * Short.BYTES, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    int entryCount()
    {
        return entryCount;
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    /** Where the bytes begin that all keys begin with. */
    int prefixOffset()
    {
        return prefixOffset;
    }

    int prefixLength()
    {
        return prefixLength;
    }

    int fingerprint(final int index)
    {
        return buffer.getByte(fingerprintsOffset + index) & 0xFF;
    }

    /** Goes to an entry, whose index is less than the number of entries. */
    void show(final int index)
    {
        entryIndex = index;
        if (hasFixedLengths)
        {
            final int offset = index * fixedLength;
            decode(offset, offset + fixedLength);
        }
        else
        {
            decode(entryOffset(index), entryOffset(index + 1));
        }
    }

    private void decode(final int offset, final int end)
    {
        if (offset < 0 || offset > end || end > entriesLength)
        {
            throw corruption("table entry out of the block");
        }
        final int limit = entriesOffset + end;
        int position = entriesOffset + offset;
        sequence = baseSequence + (buffer.getLong(position, ByteOrder.LITTLE_ENDIAN) & sequenceMask);
        position += sequenceWidth;
        kind = BlockDescriptor.KIND_VALUE;
        expiryMs = Expiry.NEVER_MS;
        if (hasKinds)
        {
            position = decodeKind(position);
        }
        if (hasFixedKeys)
        {
            suffixLength = fixedSuffixLength;
        }
        else
        {
            position = decodeSuffixLength(position);
        }
        suffixOffset = position;
        valueLength = limit - position - suffixLength;
        if (valueLength < 0 || sequence < 0 || kind == BlockDescriptor.KIND_TOMBSTONE && valueLength > 0)
        {
            throw corruption("table entry malformed");
        }
    }

    private int decodeKind(final int position)
    {
        kind = buffer.getByte(position);
        if (kind == BlockDescriptor.KIND_EXPIRING && hasExpiries)
        {
            expiryMs = baseExpiryMs + (buffer.getLong(position + 1, ByteOrder.LITTLE_ENDIAN) & expiryMask);
            return position + 1 + expiryWidth;
        }
        if (kind != BlockDescriptor.KIND_VALUE && kind != BlockDescriptor.KIND_TOMBSTONE)
        {
            throw corruption("table entry of an unknown kind");
        }
        return position + 1;
    }

    private int decodeSuffixLength(final int offset)
    {
        int position = offset;
        int current = buffer.getByte(position++);
        int length = current & 0x7F;
        for (int shift = 7; current < 0 && shift < 7 * BlockDescriptor.MAX_VARINT_LENGTH; shift += 7)
        {
            current = buffer.getByte(position++);
            length |= (current & 0x7F) << shift;
        }
        if (current < 0 || length > Keys.MAX_INTERNAL_KEY_LENGTH - prefixLength)
        {
            throw corruption("table entry key length out of range");
        }
        suffixLength = length;
        return position;
    }

    int entryIndex()
    {
        return entryIndex;
    }

    /** Where the bytes begin that the entry's key has after the prefix. */
    int suffixOffset()
    {
        return suffixOffset;
    }

    int suffixLength()
    {
        return suffixLength;
    }

    int valueOffset()
    {
        return suffixOffset + suffixLength;
    }

    int valueLength()
    {
        return valueLength;
    }

    long sequence()
    {
        return sequence;
    }

    long expiryMs()
    {
        return expiryMs;
    }

    boolean isTombstone()
    {
        return kind == BlockDescriptor.KIND_TOMBSTONE;
    }

    /**
     * Looks a key up by its fingerprint.
     *
     * @return whether there is an entry; it is shown by the view.
     */
    boolean get(
        final DirectBuffer key, final int offset, final int keyLength, final long keyHash, final EntryView view)
    {
        final long wanted = (keyHash & 0xFF) * LOW_BITS;
        for (int i = 0; i < entryCount; i += Long.BYTES)
        {
            final long difference = buffer.getLong(fingerprintsOffset + i, ByteOrder.LITTLE_ENDIAN) ^ wanted;
            // The top bit of each byte that is zero, and of no other.
            long matches = ~((difference & SEVEN_BITS) + SEVEN_BITS | difference | SEVEN_BITS);
            if (entryCount - i < Long.BYTES)
            {
                matches &= (1L << (entryCount - i << 3)) - 1;
            }
            while (matches != 0)
            {
                show(i + (Long.numberOfTrailingZeros(matches) >>> 3));
                if (isKey(key, offset, keyLength))
                {
                    fill(view);
                    return true;
                }
                matches &= matches - 1;
            }
        }
        return false;
    }

    private boolean isKey(final DirectBuffer key, final int offset, final int keyLength)
    {
        return prefixLength + suffixLength == keyLength &&
            TableKeys.isEqual(buffer, suffixOffset, key, offset + prefixLength, suffixLength) &&
            TableKeys.isEqual(buffer, prefixOffset, key, offset, prefixLength);
    }

    private void fill(final EntryView view)
    {
        if (isTombstone())
        {
            view.wrapTombstone(sequence);
        }
        else
        {
            view.wrapValue(buffer, valueOffset(), valueLength, sequence, expiryMs);
        }
    }

    /**
     * Goes to the first entry whose key is not before the given one.
     *
     * @return false if all are before; then no entry is shown.
     */
    boolean seek(final DirectBuffer key, final int offset, final int keyLength)
    {
        final int common = TableKeys.commonLength(
            buffer, prefixOffset, key, offset, Math.min(prefixLength, keyLength));
        int low = 0;
        if (common == prefixLength)
        {
            low = findNotBefore(key, offset + common, keyLength - common);
        }
        else if (common < keyLength &&
            (key.getByte(offset + common) & 0xFF) > (buffer.getByte(prefixOffset + common) & 0xFF))
        {
            return false;
        }
        if (low == entryCount)
        {
            return false;
        }
        show(low);
        return true;
    }

    private int findNotBefore(final DirectBuffer key, final int offset, final int keyLength)
    {
        int low = 0;
        int high = entryCount;
        while (low < high)
        {
            final int middle = (low + high) >>> 1;
            show(middle);
            if (Keys.compare(buffer, suffixOffset, suffixLength, key, offset, keyLength) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    CorruptionException corruption(final String what)
    {
        return new CorruptionException(
            what + ": file=" + fileName + ", offset=" + fileOffset + ", length=" + lengthBytes + ", entries=" +
                entryCount + ", entry=" + entryIndex);
    }
}
