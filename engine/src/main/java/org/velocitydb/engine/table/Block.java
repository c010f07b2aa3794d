package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.journal.storage.CorruptionException;

/**
 * A flyweight over one block of a mapped table; see {@link BlockDescriptor}. One thread; allocation-free. Valid as long
 * as the table is.
 *
 * <p>Even a block whose checksum is right may have been written wrong, so every length and offset is checked against
 * the block before it is used, and every step goes forward: a bad block ends in a {@link CorruptionException} that
 * names file and offset.
 */
final class Block
{
    private final BlockEntry entry = new BlockEntry();
    private DirectBuffer buffer;
    private String fileName;
    private int begin;
    private int entriesEnd;
    private int restartCount;

    /** Shows a block whose checksum has been verified. */
    void wrap(final DirectBuffer file, final String name, final int offset, final int lengthBytes)
    {
        buffer = file;
        fileName = name;
        begin = offset;
        final int trailerOffset = offset + lengthBytes - BlockDescriptor.TRAILER_LENGTH;
        restartCount = file.getInt(trailerOffset, ByteOrder.LITTLE_ENDIAN);
        final int maxRestartCount = (lengthBytes - BlockDescriptor.TRAILER_LENGTH) / BlockDescriptor.RESTART_LENGTH;
        if (restartCount <= 0 || restartCount > maxRestartCount)
        {
            throw corruption("table block restart count out of range", trailerOffset);
        }
        entriesEnd = trailerOffset - restartCount * BlockDescriptor.RESTART_LENGTH;
        if (restart(0) != begin)
        {
            throw corruption("table block does not begin with a restart", entriesEnd);
        }
    }

    BlockEntry entry()
    {
        return entry;
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    /** Where the first entry begins in the file. */
    int begin()
    {
        return begin;
    }

    /** Where the last entry ends in the file. */
    int entriesEnd()
    {
        return entriesEnd;
    }

    int lastRestart()
    {
        return restart(restartCount - 1);
    }

    private int restart(final int index)
    {
        final int offsetOffset = entriesEnd + index * BlockDescriptor.RESTART_LENGTH;
        final int offset = buffer.getInt(offsetOffset, ByteOrder.LITTLE_ENDIAN);
        if (offset < 0 || offset >= entriesEnd - begin)
        {
            throw corruption("table block restart out of range", offsetOffset);
        }
        return begin + offset;
    }

    /** Decodes the entry at an offset in the file. */
    void decode(final int offset)
    {
        if (!entry.decode(buffer, offset, entriesEnd))
        {
            throw corruption("table entry malformed", offset);
        }
    }

    private void decodeRestart(final int offset)
    {
        decode(offset);
        if (entry.sharedLength() != 0)
        {
            throw corruption("table restart entry shares bytes", offset);
        }
    }

    /** The last restart entry whose key is not after the given one; the first one where all are. */
    int findRestart(final DirectBuffer key, final int offset, final int lengthBytes)
    {
        int low = 0;
        int high = restartCount - 1;
        while (low < high)
        {
            final int middle = (low + high + 1) >>> 1;
            decodeRestart(restart(middle));
            final int order = Keys.compare(buffer, entry.keyOffset(), entry.unsharedLength(), key, offset, lengthBytes);
            if (order <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return restart(low);
    }

    /** The last restart entry before an entry. */
    int findRestartBefore(final int entryOffset)
    {
        int low = 0;
        int high = restartCount - 1;
        while (low < high)
        {
            final int middle = (low + high + 1) >>> 1;
            if (restart(middle) < entryOffset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return restart(low);
    }

    /**
     * Looks a key up without ever putting an entry's key together. While walking, {@code matched} is how many bytes the
     * wanted key has in common with the entry before, which was less. An entry that shares more than that with the one
     * before differs from the wanted key at the same place, so it is less too; one that shares less differs earlier
     * from an entry that is less, so it is greater; only where it shares just as much are further bytes compared.
     *
     * @return whether there is an entry; it is shown by the view.
     */
    boolean get(final DirectBuffer key, final int offset, final int lengthBytes, final EntryView view)
    {
        int matched = 0;
        int position = findRestart(key, offset, lengthBytes);
        while (position < entriesEnd)
        {
            decode(position);
            final int shared = entry.sharedLength();
            if (shared < matched)
            {
                return false;
            }
            if (shared == matched)
            {
                final int unshared = entry.unsharedLength();
                final int limit = Math.min(unshared, lengthBytes - matched);
                final int common = TableKeys.commonLength(buffer, entry.keyOffset(), key, offset + matched, limit);
                if (common == unshared)
                {
                    if (common == lengthBytes - matched)
                    {
                        entry.show(buffer, view);
                        return true;
                    }
                }
                else if (common == lengthBytes - matched || isGreater(entry.keyOffset(), key, offset + matched, common))
                {
                    return false;
                }
                matched += common;
            }
            position = entry.endOffset();
        }
        return false;
    }

    private boolean isGreater(final int keyOffset, final DirectBuffer key, final int offset, final int index)
    {
        return (buffer.getByte(keyOffset + index) & 0xFF) > (key.getByte(offset + index) & 0xFF);
    }

    CorruptionException corruption(final String what, final int offset)
    {
        return new CorruptionException(what + ": file=" + fileName + ", offset=" + offset + ", block=" + begin);
    }
}
