package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.UnsupportedFormatException;

/**
 * The damage catalogue of tables: whatever is done to the file, a reader either says which file is damaged or answers
 * as if nothing had happened.
 */
class TableDamageTest
{
    private static final long TABLE_NUMBER = 5;
    private static final String NAME = TableNames.of(TABLE_NUMBER);

    private final TableReadContext context = new TableReadContext();
    private final EntryView view = new EntryView();
    private final Model model = new Model();
    private SimulatedStorage storage;
    private byte[] file;

    @BeforeEach
    void writeSmallTable()
    {
        for (int i = 0; i < 40; i++)
        {
            final byte[] key = Model.bytes("\0\1key:" + i * 7919 % 100);
            model.entries.put(
                key,
                i % 5 == 0 ? ModelEntry.tombstone(i) : ModelEntry.value(i, Model.bytes("value " + i)));
        }
        storage = new SimulatedStorage(1);
        model.write(storage, new TableOptions(256, 0.01), TABLE_NUMBER);
        file = read(NAME);
    }

    @Test
    void shouldDetectEveryFlippedBitOrAnswerRight()
    {
        int detected = 0;
        for (int bit = 0; bit < file.length * Byte.SIZE; bit++)
        {
            storage.corrupt(NAME, bit / Byte.SIZE, 1 << (bit % Byte.SIZE));
            detected += isDetectedOrRight("bit=" + bit) ? 1 : 0;
            storage.corrupt(NAME, bit / Byte.SIZE, 1 << (bit % Byte.SIZE));
        }

        assertEquals(file.length * Byte.SIZE, detected);
        assertFalse(isDetectedOrRight("whole"));
    }

    @Test
    void shouldDetectTruncationAtEveryLength()
    {
        for (int length = file.length - 1; length >= 0; length--)
        {
            storage.truncate(NAME, length);
            assertTrue(isDetectedOrRight("length=" + length));
        }
    }

    @Test
    void shouldDetectZeroedSectorsAndRandomBytes()
    {
        final SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 300; run++)
        {
            final byte[] damaged = file.clone();
            final int offset = random.nextInt(damaged.length);
            final int length = 1 + random.nextInt(Math.min(200, damaged.length - offset));
            final byte[] junk = new byte[length];
            if (run % 2 == 0)
            {
                random.nextBytes(junk);
            }
            System.arraycopy(junk, 0, damaged, offset, length);
            overwrite(damaged);
            isDetectedOrRight("run=" + run);
        }
    }

    @Test
    void shouldRefuseATableUnderAnotherNumber()
    {
        storage.rename(NAME, TableNames.of(6));

        assertThrows(CorruptionException.class, () -> Table.open(storage, 6, context));
    }

    @Test
    void shouldRefuseBytesAfterTheFooter()
    {
        final byte[] longer = new byte[file.length + 64];
        System.arraycopy(file, 0, longer, 0, file.length);
        System.arraycopy(file, file.length - 64, longer, file.length, 64);
        overwrite(longer);

        assertTrue(isDetectedOrRight("doubled footer"));
    }

    /** Which blocks have been verified is kept in words of 64 bits. */
    @Test
    void shouldVerifyEachBlockForItselfInATableOfManyBlocks()
    {
        model.entries.clear();
        for (int i = 0; i < 2_000; i++)
        {
            model.entries.put(Model.bytes("key:%04d".formatted(i)), ModelEntry.value(9, Model.bytes("value")));
        }
        storage.delete(NAME);
        model.write(storage, new TableOptions(128, 0.01), TABLE_NUMBER);
        file = read(NAME);
        final TableIndex index = new TableIndex(new TableFile(new UnsafeBuffer(file), NAME, TABLE_NUMBER, context));
        assertTrue(index.blockCount() > 130, "blocks=" + index.blockCount());
        for (final int damaged : new int[]{ 64, 65, 128, index.blockCount() - 1 })
        {
            final int offset = index.blockOffset(damaged) + index.blockLength(damaged) / 2;
            storage.corrupt(NAME, offset, 1);
            try (Table table = Table.open(storage, TABLE_NUMBER, context))
            {
                final Block block = new Block();
                for (int i = 0; i < damaged; i++)
                {
                    table.wrapBlock(i, block, context.blockBuffer(), context);
                }
                assertThrows(
                    CorruptionException.class,
                    () -> table.wrapBlock(damaged, block, context.blockBuffer(), context), "block=" + damaged);
            }
            storage.corrupt(NAME, offset, 1);
        }
    }

    @Test
    void shouldDetectAWholeBlockInTheWrongPlace()
    {
        model.entries.clear();
        for (int i = 0; i < 100; i++)
        {
            model.entries.put(Model.bytes("key:%02d".formatted(i)),
                ModelEntry.value(9, Model.bytes("%02d".formatted(i))));
        }
        storage.delete(NAME);
        model.write(storage, new TableOptions(128, 0.01), TABLE_NUMBER);
        file = read(NAME);
        final TableIndex index = new TableIndex(new TableFile(new UnsafeBuffer(file), NAME, TABLE_NUMBER, context));
        final int length = index.blockLength(0);
        assertEquals(length, index.blockLength(1));
        final byte[] swapped = file.clone();
        System.arraycopy(file, index.blockOffset(0), swapped, index.blockOffset(1), length);
        System.arraycopy(file, index.blockOffset(1), swapped, index.blockOffset(0), length);
        overwrite(swapped);

        assertTrue(isDetectedOrRight("swapped"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 3 })
    void shouldNameTheVersionsOfAnotherFormat(final int version)
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(file.clone());
        final int footer = file.length - FooterDescriptor.LENGTH;
        bytes.putInt(footer + FooterDescriptor.VERSION_OFFSET, version, ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(
            footer + FooterDescriptor.CHECKSUM_OFFSET,
            context.checksum(bytes, TABLE_NUMBER, footer, FooterDescriptor.CHECKSUM_OFFSET),
            ByteOrder.LITTLE_ENDIAN);
        overwrite(bytes.byteArray());

        final UnsupportedFormatException e = assertThrows(UnsupportedFormatException.class,
            () -> Table.open(storage, TABLE_NUMBER, context));
        assertTrue(e.getMessage().contains(NAME), e.getMessage());
        assertTrue(e.getMessage().contains("version=" + version + ", known=2"), e.getMessage());
    }

    @Test
    void shouldNeverLeaveABlockThatWasWrittenWrongUnderARightChecksum()
    {
        final UnsafeBuffer whole = new UnsafeBuffer(file);
        final TableIndex index = new TableIndex(new TableFile(whole, NAME, TABLE_NUMBER, context));
        final SplittableRandom random = new SplittableRandom(11);
        for (int run = 0; run < 2000; run++)
        {
            final UnsafeBuffer bytes = new UnsafeBuffer(file.clone());
            final int block = random.nextInt(index.blockCount());
            final int offset = index.blockOffset(block);
            final int checkedLength = index.blockLength(block) - TableChecksum.LENGTH;
            bytes.putByte(offset + random.nextInt(checkedLength), (byte) random.nextInt());
            bytes.putInt(
                offset + checkedLength,
                context.checksum(bytes, TABLE_NUMBER, offset, checkedLength),
                ByteOrder.LITTLE_ENDIAN);
            overwrite(bytes.byteArray());
            readEverything(run);
        }
    }

    private void readEverything(final int run)
    {
        try (Table table = Table.open(storage, TABLE_NUMBER, context);
            TableCursor cursor = new TableCursor(context).reset(table))
        {
            for (final byte[] key : model.entries.keySet())
            {
                final UnsafeBuffer wanted = new UnsafeBuffer(key);
                table.get(wanted, 0, key.length, KeyHash.hash(wanted, 0, key.length), view, context);
            }
            int steps = 0;
            for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
            {
                assertTrue(++steps < file.length, "run=" + run);
            }
            for (boolean isValid = cursor.seekLast(); isValid; isValid = cursor.previous())
            {
                assertTrue(++steps < file.length, "run=" + run);
            }
        }
        catch (final CorruptionException e)
        {
            assertTrue(e.getMessage().contains(NAME) && e.getMessage().contains("offset="), e.getMessage());
        }
    }

    /** True if damage was reported; otherwise every answer has been compared and was right. */
    private boolean isDetectedOrRight(final String run)
    {
        boolean isDetected = false;
        try (Table table = Table.open(storage, TABLE_NUMBER, context))
        {
            for (final byte[] key : model.entries.keySet())
            {
                isDetected |= isGetDetectedOrRight(table, key);
            }
            try (TableCursor cursor = new TableCursor(context).reset(table))
            {
                model.assertSameWalk(cursor);
            }
        }
        catch (final CorruptionException e)
        {
            assertTrue(e.getMessage().contains(NAME), () -> run + ": " + e.getMessage());
            return true;
        }
        return isDetected;
    }

    private boolean isGetDetectedOrRight(final Table table, final byte[] key)
    {
        final UnsafeBuffer wanted = new UnsafeBuffer(key);
        try
        {
            model.assertSameGet(
                key,
                table.get(wanted, 0, key.length, KeyHash.hash(wanted, 0, key.length), view, context),
                view);
            return false;
        }
        catch (final CorruptionException e)
        {
            assertTrue(e.getMessage().contains(NAME) && e.getMessage().contains("offset="), e.getMessage());
            return true;
        }
    }

    private byte[] read(final String name)
    {
        try (StorageFile opened = storage.open(name))
        {
            final ByteBuffer bytes = ByteBuffer.allocate((int) opened.lengthBytes());
            opened.read(bytes, 0);
            return bytes.array();
        }
    }

    private void overwrite(final byte[] bytes)
    {
        storage.delete(NAME);
        try (StorageFile created = storage.create(NAME, 0))
        {
            created.write(ByteBuffer.wrap(bytes), 0);
        }
    }
}
