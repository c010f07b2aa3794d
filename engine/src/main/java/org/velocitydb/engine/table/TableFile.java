package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * Where the sections of a mapped table lie. The constructor verifies the footer, that the sections follow one another
 * as {@link FooterDescriptor} draws them, the checksums of all but the data, and that the gaps are zero. Immutable.
 */
final class TableFile
{
    private final DirectBuffer buffer;
    private final String name;
    private final long tableNumber;
    private final int footerOffset;

    TableFile(final DirectBuffer buffer, final String name, final long tableNumber, final TableReadContext context)
    {
        this.buffer = buffer;
        this.name = name;
        this.tableNumber = tableNumber;
        footerOffset = FooterDescriptor.verify(buffer, name, tableNumber, context);
        int end = dataLength();
        if (end < BlockDescriptor.MIN_STORED_LENGTH || end > footerOffset)
        {
            throw corruption("table data length out of range", footerOffset, end);
        }
        end = checkSection(end, FilterDescriptor.BLOCK_LENGTH, filterOffset(), filterLength(), context);
        end = checkSection(end, IndexDescriptor.ALIGNMENT, indexOffset(), indexLength(), context);
        end = checkSection(end, FooterDescriptor.SECTION_ALIGNMENT, propertiesOffset(), propertiesLength(), context);
        checkGap(end, BitUtil.align((long) end, FooterDescriptor.SECTION_ALIGNMENT), footerOffset);
    }

    private int checkSection(
        final int previousEnd,
        final int alignment,
        final int offset,
        final int lengthBytes,
        final TableReadContext context)
    {
        checkGap(previousEnd, BitUtil.align((long) previousEnd, alignment), offset);
        if (lengthBytes < TableChecksum.LENGTH || lengthBytes > footerOffset - offset)
        {
            throw corruption("table section length out of range", offset, lengthBytes);
        }
        final int checksumOffset = offset + lengthBytes - TableChecksum.LENGTH;
        final int stored = buffer.getInt(checksumOffset, ByteOrder.LITTLE_ENDIAN);
        final int computed = context.checksum(buffer, tableNumber, offset, lengthBytes - TableChecksum.LENGTH);
        if (stored != computed)
        {
            throw corruption("table section checksum differs", offset, Integer.toUnsignedLong(stored));
        }
        return offset + lengthBytes;
    }

    private void checkGap(final int begin, final long expectedEnd, final int end)
    {
        if (expectedEnd != end || end > footerOffset)
        {
            throw corruption("table section out of place", footerOffset, end);
        }
        for (int i = begin; i < end; i++)
        {
            if (buffer.getByte(i) != 0)
            {
                throw corruption("table gap is not zero", i, buffer.getByte(i));
            }
        }
    }

    CorruptionException corruption(final String what, final int offset, final long value)
    {
        return new CorruptionException(what + ": file=" + name + ", offset=" + offset + ", value=" + value);
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    String name()
    {
        return name;
    }

    long tableNumber()
    {
        return tableNumber;
    }

    int dataLength()
    {
        return footer(FooterDescriptor.DATA_LENGTH_OFFSET);
    }

    int filterOffset()
    {
        return footer(FooterDescriptor.FILTER_OFFSET_OFFSET);
    }

    int filterLength()
    {
        return footer(FooterDescriptor.FILTER_LENGTH_OFFSET);
    }

    int indexOffset()
    {
        return footer(FooterDescriptor.INDEX_OFFSET_OFFSET);
    }

    int indexLength()
    {
        return footer(FooterDescriptor.INDEX_LENGTH_OFFSET);
    }

    int propertiesOffset()
    {
        return footer(FooterDescriptor.PROPERTIES_OFFSET_OFFSET);
    }

    int propertiesLength()
    {
        return footer(FooterDescriptor.PROPERTIES_LENGTH_OFFSET);
    }

    private int footer(final int fieldOffset)
    {
        return FooterDescriptor.getInt(buffer, footerOffset, fieldOffset);
    }
}
