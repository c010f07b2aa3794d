package org.velocitydb.engine.table;

import java.nio.ByteOrder;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.CursorEntry;
import org.velocitydb.engine.entry.EntryCursor;

/**
 * Walks one table after another, as {@link #reset} says. One thread, whose context it uses; allocation-free once it has
 * met its longest key and, in compressed tables, its longest block. It holds no reference to the table: whoever resets
 * it does.
 *
 * <p>A step either way is a step in the block's offsets. Blocks of a compressed table are decompressed into room of the
 * cursor's own, so that a scan neither asks a cache nor fills it.
 */
public final class TableCursor implements EntryCursor
{
    private static final int INITIAL_KEY_LENGTH = 256;
    /** Suffixes of so many bytes are copied eight bytes at a time, which is faster than a call for so few. */
    private static final int SHORT_SUFFIX_LENGTH = 64;

    private final TableReadContext context;
    private final Block block = new Block();
    private final BlockBuffer blockBuffer = new BlockBuffer();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[INITIAL_KEY_LENGTH]);

    private Table table;
    private int blockCount;
    /** Meaningful while positioned: the block shown, and the current entry in it. */
    private int blockIndex;
    private int entryIndex;
    private boolean isValid;
    private final CursorEntry entry = new CursorEntry();

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
        blockCount = newTable.blockCount();
        isValid = false;
        return this;
    }

    @Override
    public boolean seekFirst()
    {
        isValid = false;
        showBlock(0);
        return showEntry(0);
    }

    @Override
    public boolean seekLast()
    {
        isValid = false;
        showBlock(blockCount - 1);
        return showEntry(block.entryCount() - 1);
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
        if (block.seek(wanted, offset, lengthBytes))
        {
            return showEntry(block.entryIndex());
        }
        // The key is between this block's last and the next one's first.
        return nextBlock();
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
        throw block.corruption("table ends before its largest key");
    }

    @Override
    public boolean next()
    {
        isValid = false;
        return entryIndex + 1 < block.entryCount() ? showEntry(entryIndex + 1) : nextBlock();
    }

    private boolean nextBlock()
    {
        if (blockIndex + 1 == blockCount)
        {
            return false;
        }
        showBlock(blockIndex + 1);
        return showEntry(0);
    }

    @Override
    public boolean previous()
    {
        isValid = false;
        if (entryIndex > 0)
        {
            return showEntry(entryIndex - 1);
        }
        if (blockIndex == 0)
        {
            return false;
        }
        showBlock(blockIndex - 1);
        return showEntry(block.entryCount() - 1);
    }

    /** Shows a block, and puts down what its keys begin with. */
    private void showBlock(final int index)
    {
        table.wrapBlock(index, block, blockBuffer, context);
        blockIndex = index;
        final int prefixLength = block.prefixLength();
        ensureKey(prefixLength, 0);
        key.putBytes(0, block.buffer(), block.prefixOffset(), prefixLength);
    }

    private boolean showEntry(final int index)
    {
        block.show(index);
        entryIndex = index;
        final int prefixLength = block.prefixLength();
        final int suffixLength = block.suffixLength();
        final int keyLength = prefixLength + suffixLength;
        ensureKey(keyLength, prefixLength);
        if (suffixLength > SHORT_SUFFIX_LENGTH)
        {
            key.putBytes(prefixLength, block.buffer(), block.suffixOffset(), suffixLength);
        }
        else
        {
            copyShortSuffix(prefixLength, suffixLength);
        }
        entry.key(key, 0, keyLength)
            .value(block.buffer(), block.valueOffset(), block.valueLength())
            .version(block.sequence(), block.expiryMs(), block.isTombstone());
        isValid = true;
        return true;
    }

    /** Copies up to seven bytes too many: there is room for them behind the key, and slack behind the block. */
    private void copyShortSuffix(final int prefixLength, final int suffixLength)
    {
        final DirectBuffer source = block.buffer();
        final int suffixOffset = block.suffixOffset();
        for (int i = 0; i < suffixLength; i += Long.BYTES)
        {
            key.putLong(prefixLength + i, source.getLong(suffixOffset + i, ByteOrder.LITTLE_ENDIAN),
                ByteOrder.LITTLE_ENDIAN);
        }
    }

    private void ensureKey(final int lengthBytes, final int kept)
    {
        if (lengthBytes + Long.BYTES > key.capacity())
        {
            final byte[] grown = new byte[BitUtil.findNextPositivePowerOfTwo(lengthBytes + Long.BYTES)];
            key.getBytes(0, grown, 0, kept);
            key.wrap(grown);
        }
    }

    @Override
    public boolean isValid()
    {
        return isValid;
    }

    @Override
    public CursorEntry entry()
    {
        return entry;
    }

    /**
     * Leaves the table; {@link #reset} makes the cursor usable again.
     */
    @Override
    public void close()
    {
        table = null;
        isValid = false;
        blockBuffer.forget();
    }
}
