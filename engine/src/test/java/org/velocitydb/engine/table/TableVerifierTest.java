package org.velocitydb.engine.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageFile;

class TableVerifierTest
{
    private static final long TABLE_NUMBER = 3;
    private static final String NAME = TableNames.of(TABLE_NUMBER);

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final TableReadContext context = new TableReadContext();
    private final TableVerifier verifier = new TableVerifier(storage);
    private final Model model = new Model();

    private void fill(final int count)
    {
        final SplittableRandom random = new SplittableRandom(count);
        for (int i = 0; i < count; i++)
        {
            final byte[] value = Model.bytes("value " + i + " and again value " + i);
            model.entries.put(Model.randomKey(random, 3 * count), switch (i % 7)
            {
                case 0 -> ModelEntry.tombstone(i);
                case 1 -> ModelEntry.expiring(i, 1000 + i, value);
                default -> ModelEntry.value(i, value);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldFindNothingInWholeTables(final Compression compression)
    {
        for (final int count : new int[]{ 1, 2, 30, 3000 })
        {
            storage.delete(NAME);
            model.entries.clear();
            fill(count);
            model.entries.put(new byte[]{ -1 }, ModelEntry.value(1, new byte[2 * 1024 * 1024]));
            model.write(storage, new TableOptions(512, 0.01, compression), TABLE_NUMBER);

            assertEquals(List.of(), verifier.verify(TABLE_NUMBER), "count=" + count);
        }
        assertEquals(0, storage.openHandles());
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void shouldFindEveryFlippedByte(final Compression compression)
    {
        fill(20);
        final TableInfo info = model.write(storage, new TableOptions(256, 0.01, compression), TABLE_NUMBER);
        for (int offset = 0; offset < info.lengthBytes() - FooterDescriptor.LENGTH; offset++)
        {
            storage.corrupt(NAME, offset, 0x10);
            final List<TableFinding> findings = verifier.verify(TABLE_NUMBER);
            assertFalse(findings.isEmpty(), "offset=" + offset);
            assertTrue(findings.stream().allMatch(finding -> finding.fileName().equals(NAME)), "offset=" + offset);
            storage.corrupt(NAME, offset, 0x10);
        }
    }

    /** Values and differing sequences may be any; here there are none, and all else follows from the entries. */
    @Test
    void shouldFindWhatWasWrittenWrongUnderARightChecksum()
    {
        for (int i = 0; i < 60; i++)
        {
            model.entries.put(Model.bytes("\0\0\0\1key:%04d".formatted(i * 17)), ModelEntry.value(7, new byte[0]));
        }
        model.write(storage, new TableOptions(256, 0.01), TABLE_NUMBER);
        final byte[] file = read();
        final TableIndex index = new TableIndex(new TableFile(new UnsafeBuffer(file), NAME, TABLE_NUMBER, context));
        for (int block = 0; block < index.blockCount(); block++)
        {
            final int offset = index.blockOffset(block);
            final int checkedLength = index.blockLength(block) - TableChecksum.LENGTH;
            for (int i = 0; i < checkedLength; i++)
            {
                final UnsafeBuffer bytes = new UnsafeBuffer(file.clone());
                bytes.putByte(offset + i, (byte) (bytes.getByte(offset + i) ^ 1));
                bytes.putInt(
                    offset + checkedLength,
                    context.checksum(bytes, TABLE_NUMBER, offset, checkedLength),
                    ByteOrder.LITTLE_ENDIAN);
                overwrite(bytes.byteArray());
                assertFalse(verifier.verify(TABLE_NUMBER).isEmpty(), "block=" + block + ", offset=" + i);
            }
        }
    }

    @Test
    void shouldGoOnBehindADamagedBlockAndEndWithEnoughFindings()
    {
        fill(3000);
        model.write(storage, new TableOptions(128, 0.01), TABLE_NUMBER);
        final byte[] file = read();
        final TableIndex index = new TableIndex(new TableFile(new UnsafeBuffer(file), NAME, TABLE_NUMBER, context));
        storage.corrupt(NAME, index.blockOffset(1), 1);
        storage.corrupt(NAME, index.blockOffset(5) + 30, 1);

        final List<TableFinding> findings = verifier.verify(TABLE_NUMBER);

        assertEquals(
            List.of((long) index.blockOffset(1), (long) index.blockOffset(5)),
            findings.stream().map(TableFinding::offset).toList());
        for (int i = 6; i < 300; i++)
        {
            storage.corrupt(NAME, index.blockOffset(i), 1);
        }
        assertEquals(TableVerifier.MAX_FINDING_COUNT, verifier.verify(TABLE_NUMBER).size());
    }

    private byte[] read()
    {
        try (StorageFile opened = storage.open(NAME))
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
