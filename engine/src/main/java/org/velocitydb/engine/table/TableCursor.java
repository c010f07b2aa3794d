package org.velocitydb.engine.table;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;

/**
 * Walks one table after another, as {@link #reset} says. One thread, whose context it uses; allocation-free once it has
 * met its longest key. It holds no reference to the table: whoever resets it does.
 */
public final class TableCursor implements EntryCursor
{
    private static final int INITIAL_KEY_LENGTH = 256;

    private final TableReadContext context;
    private final Block block = new Block();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[INITIAL_KEY_LENGTH]);

    private Table table;
    /** Meaningful while positioned: the block shown, the current entry in it, and that entry's whole key. */
    private int blockIndex;
    private int entryOffset;
    private int keyLength;
    private boolean isValid;

    /**
     * For going back, where the entries from the last restart entry to the current one begin, as far as there is room;
     * an index of 0 says that this is not known, or that the current entry is the restart entry.
     */
    private final int[] intervalOffsets = new int[BlockDescriptor.RESTART_INTERVAL];
    private final BlockEntry earlier = new BlockEntry();
    private int intervalIndex;

    /**
     * A cursor without a table.
     *
     * @param context of the thread that will use it.
     */
    public TableCursor(final TableReadContext context)
    {
        this.context = context;
    }

    /**
     * Goes over to a table, unpositioned.
     *
     * @param newTable to walk; a reference to it is held as long as this cursor is used on it.
     * @return this.
     */
    public TableCursor reset(final Table newTable)
    {
        table = newTable;
        isValid = false;
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        enterBlock(0);
        return isValid = true;
    }

    @Override
    public boolean seekLast()
    {
        enterBlockAtEnd(table.blockCount() - 1);
        return isValid = true;
    }

    @Override
    public boolean seek(final DirectBuffer wanted, final int offset, final int lengthBytes)
    {
        isValid = false;
        if (table.isAfterLargest(wanted, offset, lengthBytes))
        {
            return false;
        }
        if (table.isBeforeSmallest(wanted, offset, lengthBytes))
        {
            return seekFirst();
        }
        showBlock(table.findBlock(wanted, offset, lengthBytes));
        readRestart(block.findRestart(wanted, offset, lengthBytes));
        while (Keys.compare(key, 0, keyLength, wanted, offset, lengthBytes) < 0)
        {
            if (!step())
            {
                return false;
            }
        }
        return isValid = true;
    }

    @Override
    public boolean seekBefore(final DirectBuffer wanted, final int offset, final int lengthBytes)
    {
        return seek(wanted, offset, lengthBytes) ? previous() : seekLastOfAll(wanted, offset, lengthBytes);
    }

    private boolean seekLastOfAll(final DirectBuffer wanted, final int offset, final int lengthBytes)
    {
        if (table.isAfterLargest(wanted, offset, lengthBytes))
        {
            return seekLast();
        }
        throw block.corruption("table ends before its largest key", block.entriesEnd());
    }

    @Override
    public boolean next()
    {
        isValid = false;
        return isValid = step();
    }

    private boolean step()
    {
        intervalIndex = 0;
        final int end = block.entry().endOffset();
        if (end < block.entriesEnd())
        {
            read(end);
            return true;
        }
        if (blockIndex + 1 < table.blockCount())
        {
            enterBlock(blockIndex + 1);
            return true;
        }
        return false;
    }

    @Override
    public boolean previous()
    {
        isValid = false;
        if (intervalIndex > 0 && intervalIndex < intervalOffsets.length)
        {
            stepBack();
            return isValid = true;
        }
        if (entryOffset > block.begin())
        {
            walkTo(block.findRestartBefore(entryOffset), entryOffset);
            return isValid = true;
        }
        if (blockIndex > 0)
        {
            enterBlockAtEnd(blockIndex - 1);
            return isValid = true;
        }
        return false;
    }

    private void enterBlock(final int index)
    {
        isValid = false;
        showBlock(index);
        readRestart(block.begin());
    }

    private void enterBlockAtEnd(final int index)
    {
        isValid = false;
        showBlock(index);
        walkTo(block.lastRestart(), block.entriesEnd());
    }

    private void showBlock(final int index)
    {
        table.wrapBlock(index, block, context);
        blockIndex = index;
    }

    /** From a restart entry to the entry that ends at an offset. */
    private void walkTo(final int restartOffset, final int endOffset)
    {
        readRestart(restartOffset);
        intervalOffsets[0] = restartOffset;
        while (block.entry().endOffset() < endOffset)
        {
            read(block.entry().endOffset());
            intervalIndex++;
            if (intervalIndex < intervalOffsets.length)
            {
                intervalOffsets[intervalIndex] = entryOffset;
            }
        }
        if (block.entry().endOffset() != endOffset)
        {
            throw block.corruption("table entry does not end where the next one begins", entryOffset);
        }
    }

    private void readRestart(final int offset)
    {
        keyLength = 0;
        intervalIndex = 0;
        read(offset);
    }

    /**
     * Goes to the entry before, of which the current key has the first bytes, as many as the current entry shares. The
     * entry has the last ones, from what it shares itself. Bytes between are in entries still before, the nearest one
     * first; mostly there are none, and a step back costs no more than a step forward.
     */
    private void stepBack()
    {
        final DirectBuffer buffer = block.buffer();
        final int kept = block.entry().sharedLength();
        intervalIndex--;
        entryOffset = intervalOffsets[intervalIndex];
        block.decode(entryOffset);
        final BlockEntry entry = block.entry();
        int missingEnd = entry.sharedLength();
        // The restart entry at index 0 shares nothing, so that the loop ends there at the latest.
        for (int i = intervalIndex - 1; missingEnd > kept; i--)
        {
            if (!earlier.decode(buffer, intervalOffsets[i], block.entriesEnd()))
            {
                throw block.corruption("table entry malformed", intervalOffsets[i]);
            }
            final int begin = Math.max(earlier.sharedLength(), kept);
            if (begin < missingEnd)
            {
                final int offset = earlier.keyOffset() + begin - earlier.sharedLength();
                key.putBytes(begin, buffer, offset, missingEnd - begin);
                missingEnd = begin;
            }
        }
        key.putBytes(entry.sharedLength(), buffer, entry.keyOffset(), entry.unsharedLength());
        keyLength = entry.sharedLength() + entry.unsharedLength();
    }

    /** Decodes the entry at an offset, which follows the current one, and puts its key together. */
    private void read(final int offset)
    {
        block.decode(offset);
        final BlockEntry entry = block.entry();
        final int shared = entry.sharedLength();
        final int length = shared + entry.unsharedLength();
        if (shared > keyLength || length > Keys.MAX_INTERNAL_KEY_LENGTH)
        {
            throw block.corruption("table entry key length out of range", offset);
        }
        if (length > key.capacity())
        {
            growKey(length, shared);
        }
        key.putBytes(shared, block.buffer(), entry.keyOffset(), entry.unsharedLength());
        keyLength = length;
        entryOffset = offset;
    }

    private void growKey(final int lengthBytes, final int kept)
    {
        final byte[] grown = new byte[BitUtil.findNextPositivePowerOfTwo(lengthBytes)];
        key.getBytes(0, grown, 0, kept);
        key.wrap(grown);
    }

    @Override
    public boolean isValid()
    {
        return isValid;
    }

    @Override
    public DirectBuffer keyBuffer()
    {
        return key;
    }

    @Override
    public int keyOffset()
    {
        return 0;
    }

    @Override
    public int keyLength()
    {
        return keyLength;
    }

    @Override
    public DirectBuffer valueBuffer()
    {
        return block.buffer();
    }

    @Override
    public int valueOffset()
    {
        return block.entry().valueOffset();
    }

    @Override
    public int valueLength()
    {
        return block.entry().valueLength();
    }

    @Override
    public long sequence()
    {
        return block.entry().sequence();
    }

    @Override
    public long expiryMs()
    {
        return Expiry.NEVER_MS;
    }

    @Override
    public boolean isTombstone()
    {
        return block.entry().isTombstone();
    }

    /**
     * Leaves the table; {@link #reset} makes the cursor usable again.
     */
    @Override
    public void close()
    {
        table = null;
        isValid = false;
    }
}
