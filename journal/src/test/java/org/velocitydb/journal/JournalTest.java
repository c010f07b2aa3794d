package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

class JournalTest
{
    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final JournalFixture fixture = new JournalFixture(storage, 1);

    @Test
    void shouldBeginEmptyWhereItsOwnerStands()
    {
        fixture.open(100);

        assertEquals(List.of(), fixture.replayed());
        assertEquals(99, fixture.journal().appendedSequence());
        assertEquals(99, fixture.journal().durableSequence());
        assertEquals(100, fixture.put(1, 10).firstSequence());
    }

    @Test
    void shouldTellDurableFromAppended()
    {
        fixture.open(1);

        fixture.write(1, 10);
        fixture.write(2, 10);
        assertEquals(2, fixture.journal().appendedSequence());
        assertEquals(0, fixture.journal().durableSequence());

        fixture.journal().force();
        assertEquals(2, fixture.journal().durableSequence());
    }

    @Test
    void shouldForceEarlyWhatNobodyForcesAndNotCallItDurable()
    {
        fixture.open(1);
        fixture.write(1, 400);
        fixture.write(2, 400);

        fixture.prepareAll();

        assertEquals(0, fixture.journal().durableSequence());
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(2, fixture.open(1).replayed().size());
    }

    @Test
    void shouldFailAtTheNextForceWhenAnEarlyForceHasFailed()
    {
        fixture.open(1);
        fixture.prepareAll();
        fixture.write(1, 400);
        fixture.write(2, 400);
        storage.failAt(storage.operations() + 1, Fault.FORCE_FAILS);
        final StorageException cause = assertThrows(StorageException.class, () -> fixture.journal().prepare());
        fixture.write(3, 400);

        final JournalFailedException ex = assertThrows(
            JournalFailedException.class, () -> fixture.journal().force());

        assertSame(cause, ex.getCause());
        assertEquals(0, fixture.journal().durableSequence());
        assertThrows(JournalFailedException.class, () -> fixture.write(4, 10));
        fixture.journal().close();
    }

    @Test
    void shouldHandOverARecordThatStraddlesTheFirstWantedSequence()
    {
        fixture.open(1);
        final ModelRecord first = fixture.nextRecord(new byte[10], 5);
        fixture.append(first);
        final ModelRecord second = fixture.nextRecord(new byte[10], 5);
        fixture.append(second);
        fixture.journal().close();

        assertEquals(List.of(first, second), fixture.open(5).replayed());
        fixture.journal().close();
        assertEquals(List.of(second), fixture.open(6).replayed());
    }

    @Test
    void shouldGiveALongPayloadASegmentOfItsOwn()
    {
        fixture.open(1);
        fixture.put(1, 100);
        final ModelRecord huge = fixture.put(2, 5 * JournalFixture.SEGMENT_LENGTH);
        final ModelRecord after = fixture.put(3, 4001);
        fixture.journal().close();

        assertEquals(List.of(huge, after), fixture.open(2).replayed());
        assertEquals(12 * 4096, fixture.read(fixture.path(2)).length);
        fixture.journal().purge(3);
        fixture.prepareAll();
        assertFalse(storage.exists(fixture.path(2)));
    }

    @Test
    void shouldRollIntoAPreparedSpareAndRecyclePurgedSegments()
    {
        fixture.open(1);
        fixture.prepareAll();
        for (int i = 0; i < 40; i++)
        {
            fixture.put(i, 3000);
            fixture.journal().purge(fixture.journal().durableSequence());
            fixture.prepareAll();
        }

        assertTrue(storage.list("journal").size() <= 5, storage.list("journal").toString());
        fixture.journal().close();
        fixture.open(40);
        assertEquals(1, fixture.replayed().size());
        fixture.journal().close();
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldRefuseAReservationWhenTheDiskIsFullAndTryAgain()
    {
        fixture.open(1);
        storage.capacityBytes(JournalFixture.SEGMENT_LENGTH + 100);
        fixture.put(1, 3000);

        assertFalse(fixture.journal().tryReserve(3000));
        assertEquals(0, fixture.journal().prepare());
        assertTrue(fixture.journal().tryReserve(100), "a record that fits still goes in");
        fixture.put(2, 100);

        storage.capacityBytes(3 * JournalFixture.SEGMENT_LENGTH);
        assertTrue(fixture.journal().tryReserve(3000));
        fixture.put(3, 3000);
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(3, fixture.open(1).replayed().size());
    }

    @Test
    void shouldFindRoomAgainByPurgingOnAFullDisk()
    {
        fixture.open(1);
        storage.capacityBytes(2 * JournalFixture.SEGMENT_LENGTH);
        fixture.put(1, 3000);
        fixture.put(2, 3000);
        assertFalse(fixture.journal().tryReserve(3000));

        fixture.journal().purge(2);
        fixture.prepareAll();

        assertTrue(fixture.journal().tryReserve(3000));
    }

    @Test
    void shouldFailForGoodWhenAForceFails()
    {
        fixture.open(1);
        fixture.put(1, 10);
        fixture.write(2, 10);
        storage.failAt(storage.operations(), Fault.FORCE_FAILS);

        assertThrows(JournalFailedException.class, () -> fixture.journal().force());

        assertThrows(JournalFailedException.class, () -> fixture.journal().force());
        assertThrows(JournalFailedException.class, () -> fixture.journal().tryReserve(1));
        assertThrows(JournalFailedException.class, () -> fixture.write(3, 10));
        assertEquals(1, fixture.journal().durableSequence());
        fixture.journal().close();
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldMakeDurableWhatItReplaysAfterAFailedForce()
    {
        fixture.open(1);
        fixture.put(1, 10);
        fixture.write(2, 10);
        storage.failAt(storage.operations(), Fault.FORCE_FAILS);
        assertThrows(JournalFailedException.class, () -> fixture.journal().force());
        storage.crash(CrashMode.PROCESS_ONLY);

        assertEquals(2, fixture.open(1).replayed().size());
        storage.crash(CrashMode.ALL_LOST);

        assertEquals(2, fixture.open(1).replayed().size());
    }

    /**
     * A torn tail of two records, the first damaged. Recovery gets rid of it, but its forces fail one after another, as
     * if nothing of it reached the disk; another recovery goes on, and the machine crashes. Whatever recovery did, no
     * piece of the old tail may then stand behind the new record.
     */
    @Test
    void shouldNeverMeetATornTailAgainWhenAForceFailedInRecovery()
    {
        for (int failing = 1; failing < 12; failing++)
        {
            final SimulatedStorage disk = new SimulatedStorage(failing);
            final JournalFixture torn = new JournalFixture(disk, failing);
            torn.open(1);
            torn.put(1, 100);
            torn.write(2, 100);
            torn.write(3, 100);
            torn.journal().close();
            disk.corrupt(torn.path(1), 4096 + 152 + 60, 1);
            disk.failAt(disk.operations() + failing, Fault.FORCE_FAILS);
            try
            {
                torn.open(1).journal().close();
            }
            catch (final StorageException ex)
            {
                assertTrue(ex.getMessage().contains("simulated"), ex.getMessage());
            }
            disk.crash(CrashMode.PROCESS_ONLY);

            torn.open(1);
            final ModelRecord next = torn.put(4, 100);
            disk.crash(CrashMode.ALL_LOST);

            torn.open(1);
            assertEquals(2, torn.replayed().size());
            assertEquals(next, torn.replayed().get(1));
        }
    }

    @Test
    void shouldNotMakeASegmentOfASpareWhoseForceFailed()
    {
        fixture.open(1);
        fixture.put(1, 100);
        storage.failAt(storage.operations(), Fault.FORCE_FAILS);
        assertThrows(StorageException.class, () -> fixture.journal().prepare());
        storage.crash(CrashMode.PROCESS_ONLY);

        fixture.open(1);
        fixture.put(2, 3000);
        fixture.put(3, 3000);
        storage.crash(CrashMode.ALL_LOST);

        assertEquals(3, fixture.open(1).replayed().size());
    }

    @Test
    void shouldMakeALongSpareInSteps()
    {
        final int length = 2 * SpareSegments.STEP_LENGTH + 4096;
        try (SpareSegments spares = new SpareSegments(longSegments(length), 1))
        {
            storage.makeDirectory(JournalFixture.DIRECTORY);
            spares.onSegment(length);
            spares.onPosition(length);
            for (int i = 0; i < 4; i++)
            {
                assertNull(spares.take(1));
                assertEquals(1, spares.prepare());
            }
            assertNull(spares.take(length + 1));
            try (StorageFile spare = spares.take(length))
            {
                storage.forceDirectory(JournalFixture.DIRECTORY);
                assertEquals("journal/0000000000000000.spare", spare.name());
            }
        }
        storage.crash(CrashMode.ALL_LOST);
        assertArrayEquals(new byte[length], fixture.read("journal/0000000000000000.spare"));
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldDropASpareThatCannotBeFinished()
    {
        final int length = 3 * SpareSegments.STEP_LENGTH;
        try (SpareSegments spares = new SpareSegments(longSegments(length), 1))
        {
            storage.makeDirectory(JournalFixture.DIRECTORY);
            spares.onSegment(length);
            spares.onPosition(length);
            assertEquals(1, spares.prepare());
            storage.capacityBytes(length - 1);
            assertEquals(1, spares.prepare());
            assertEquals(0, spares.prepare(), "no room for the last step");
            assertEquals(List.of(), storage.list(JournalFixture.DIRECTORY));
            final long operationCount = storage.operations();
            assertEquals(0, spares.prepare(), "no room, so it does not begin another");
            assertEquals(operationCount, storage.operations());

            storage.capacityBytes(length);
            assertEquals(1, spares.prepare());
            assertEquals(1, spares.prepare());
            storage.failAt(storage.operations(), Fault.FORCE_FAILS);
            assertThrows(StorageException.class, spares::prepare);
            assertEquals(List.of(), storage.list(JournalFixture.DIRECTORY));

            assertEquals(1, spares.prepare());
        }
        assertEquals(1, storage.list(JournalFixture.DIRECTORY).size());
        fixture.open(1).journal().close();
        assertFalse(storage.exists("journal/0000000000000002.blank"), "what was not finished goes at the next start");
        assertEquals(0, storage.openHandles());
    }

    private JournalContext longSegments(final int length)
    {
        return new JournalContext().storage(storage).segmentLength(length).conclude();
    }

    @Test
    void shouldBeginAfreshWhereTheOwnerIsAheadOfTheJournal()
    {
        fixture.open(1);
        fixture.put(1, 10);
        fixture.journal().close();

        assertEquals(List.of(), fixture.open(10).replayed());
        assertEquals(10, fixture.put(2, 10).firstSequence());
        fixture.prepareAll();
        fixture.journal().close();

        assertEquals(1, fixture.open(10).replayed().size());
        assertFalse(storage.exists(fixture.path(1)));
    }

    @Test
    void shouldCheckItsArgumentsBeforeItWrites()
    {
        fixture.open(1);
        final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(100));
        final int offset = Journal.RECORD_HEADER_LENGTH;
        final long operationCount = storage.operations();

        final Journal journal = fixture.journal();
        assertThrows(IllegalArgumentException.class, () -> journal.append(direct, offset, 1, 2, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> journal.append(direct, offset, 1, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> journal.append(direct, offset - 1, 1, 1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> journal.append(direct, offset, -1, 1, 1, 0));
        assertThrows(
            IllegalArgumentException.class, () -> journal.append(new UnsafeBuffer(new byte[99]), offset, 1, 1, 1, 0));
        assertThrows(
            IllegalArgumentException.class, () -> journal.tryReserve(Journal.MAX_PAYLOAD_LENGTH + 1));
        assertThrows(IllegalStateException.class, () -> journal.append(direct, offset, 9000, 1, 1, 0));
        assertEquals(operationCount, storage.operations());
    }

    @Test
    void shouldRefuseSettingsOutOfBounds()
    {
        for (final int length : new int[]{ 0, 4096, 8193, Integer.MAX_VALUE })
        {
            assertThrows(
                IllegalArgumentException.class, () -> new JournalContext().storage(storage).segmentLength(length)
                    .conclude());
        }
        final JournalContext concluded = new JournalContext().storage(storage).conclude();
        assertThrows(IllegalStateException.class, () -> concluded.spareCount(1));
        assertThrows(IllegalStateException.class, concluded::conclude);
    }

    @Test
    void shouldCloseTwiceAndThenRefuse()
    {
        fixture.open(1);
        fixture.write(1, 10);
        fixture.journal().close();
        fixture.journal().close();

        assertEquals(1, fixture.journal().durableSequence());
        assertThrows(IllegalStateException.class, () -> fixture.journal().tryReserve(1));
    }

    @Test
    void shouldRepairWhatItRefusesAndSayWhatIsLost()
    {
        fixture.open(1);
        final List<ModelRecord> records = new ArrayList<>();
        for (int i = 1; i <= 8; i++)
        {
            records.add(fixture.put(i, 1000));
        }
        fixture.journal().close();
        storage.corrupt(fixture.path(2), 4096 + 1048 + 20, 1);
        final JournalRepair repair = new JournalRepair(storage);

        final RepairPlan plan = repair.plan("journal", 1);

        assertTrue(plan.isPossible());
        assertEquals(fixture.path(2), plan.cutPath());
        assertEquals(List.of(fixture.path(3)), plan.setAside());
        assertEquals(4, plan.words().size(), plan.words().toString());
        assertTrue(plan.words().get(1).endsWith("from offset=5144, bytes=3048, intact records in it=1, sequences=6..6"),
            plan.words().get(1));
        assertTrue(plan.words().get(2).endsWith("intact records in it=2, sequences=7..8"), plan.words().get(2));
        assertThrows(StorageException.class, () -> fixture.open(1));

        repair.apply(plan);

        assertEquals(records.subList(0, 4), fixture.open(1).replayed());
        assertTrue(storage.exists(fixture.path(2) + ".damaged"));
        assertTrue(storage.exists(fixture.path(3) + ".damaged"));
        fixture.journal().close();
        assertFalse(repair.plan("journal", 1).isNeeded());
        assertThrows(IllegalStateException.class, () -> repair.apply(plan));
    }

    @Test
    void shouldSetAsideASegmentWithoutAHeader()
    {
        fixture.open(1);
        final ModelRecord first = fixture.put(1, 3000);
        fixture.put(2, 3000);
        fixture.journal().close();
        storage.corrupt(fixture.path(2), 3, 1);
        final JournalRepair repair = new JournalRepair(storage);

        final RepairPlan plan = repair.plan("journal", 1);
        assertTrue(plan.words().get(1).contains("its records cannot be told"), plan.words().toString());
        repair.apply(plan);

        assertEquals(List.of(first), fixture.open(1).replayed());
    }

    @Test
    void shouldPrintASegmentInWords()
    {
        fixture.open(1);
        fixture.put(1, 10);
        fixture.write(2, 20);
        fixture.journal().close();
        storage.corrupt(fixture.path(1), 4096 + 64 + 60, 1);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();

        new JournalInspector(storage, new PrintStream(out, true, StandardCharsets.UTF_8)).inspect(fixture.path(1));

        final List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();

        assertEquals(4, lines.size(), lines.toString());
        assertTrue(
            lines.get(0).startsWith(
                "segment journal/0000000000000001.log: id=1, format=1, first sequence=1, length=8192, "),
            lines.get(0));
        assertEquals(
            "  record: offset=4096, sequences=1..1, length=10, time ms=1700000000001, durable sequence=0, checksum=ok",
            lines.get(1));
        assertEquals("  end: offset=4160, next sequence=2, behind it=remains", lines.get(2));
        assertEquals(
            "  behind the end: record: offset=4160, sequences=2..2, length=20, time ms=1700000000002, " +
                "durable sequence=1, checksum=wrong",
            lines.get(3));
    }
}
