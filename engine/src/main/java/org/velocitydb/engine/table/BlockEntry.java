package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;

/**
 * Decoder of one entry of a block, laid out as {@link BlockDescriptor} draws it. It trusts no length: what it accepts
 * lies between the offsets that it was given. One thread; allocation-free.
 */
final class BlockEntry
{
    private int sharedLength;
    private int unsharedLength;
    private int valueLength;
    private int keyOffset;
    private int endOffset;
    private long tag;
    private int position;

    /**
     * Decodes the entry at an offset.
     *
     * @return false if it does not end at or before the limit; then the accessors mean nothing.
     */
    boolean decode(final DirectBuffer buffer, final int offset, final int limit)
    {
        if (offset < 0 || limit - offset < BlockDescriptor.MIN_ENTRY_LENGTH)
        {
            return false;
        }
        position = offset;
        sharedLength = varint(buffer, limit);
        unsharedLength = varint(buffer, limit);
        valueLength = varint(buffer, limit);
        if ((sharedLength | unsharedLength | valueLength) < 0)
        {
            return false;
        }
        keyOffset = position + BlockDescriptor.TAG_LENGTH;
        final long end = (long) keyOffset + unsharedLength + valueLength;
        if (end > limit)
        {
            return false;
        }
        tag = buffer.getLong(position, ByteOrder.LITTLE_ENDIAN);
        endOffset = (int) end;
        return true;
    }

    /** Negative where the number is too long or not all there. */
    private int varint(final DirectBuffer buffer, final int limit)
    {
        if (position >= limit)
        {
            return -1;
        }
        int current = buffer.getByte(position++);
        if (current >= 0)
        {
            return current;
        }
        int value = current & 0x7F;
        for (int shift = 7; shift < 7 * BlockDescriptor.MAX_VARINT_LENGTH; shift += 7)
        {
            if (position >= limit)
            {
                return -1;
            }
            current = buffer.getByte(position++);
            value |= (current & 0x7F) << shift;
            if (current >= 0)
            {
                return value;
            }
        }
        return -1;
    }

    int sharedLength()
    {
        return sharedLength;
    }

    int unsharedLength()
    {
        return unsharedLength;
    }

    /** Where the unshared part of the key begins. */
    int keyOffset()
    {
        return keyOffset;
    }

    int valueOffset()
    {
        return keyOffset + unsharedLength;
    }

    int valueLength()
    {
        return valueLength;
    }

    /** Where the next entry begins, if there is one. */
    int endOffset()
    {
        return endOffset;
    }

    long sequence()
    {
        return BlockDescriptor.sequence(tag);
    }

    boolean isTombstone()
    {
        return BlockDescriptor.isTombstone(tag);
    }

    void show(final DirectBuffer buffer, final EntryView view)
    {
        if (isTombstone())
        {
            view.wrapTombstone(sequence());
        }
        else
        {
            view.wrapValue(buffer, valueOffset(), valueLength, sequence(), Expiry.NEVER_MS);
        }
    }
}
