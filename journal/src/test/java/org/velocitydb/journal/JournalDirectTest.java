package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.Storage;

/**
 * Commits by one direct write, beside appends through the page cache, and the choice between the two.
 */
class JournalDirectTest
{
    private static final int ALIGNMENT = 4096;
    private static final int SEED_COUNT = 200;

    @TempDir
    private Path directory;

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final JournalFixture fixture = new JournalFixture(storage, 1);

    @Test
    void shouldCommitWithOneOperationThatIsDurableAtOnce()
    {
        storage.directAlignment(ALIGNMENT);
        fixture.syncMethod(SyncMethod.DIRECT).open(1);
        final long operationCount = storage.operations();

        for (int i = 1; i <= 5; i++)
        {
            assertTrue(fixture.commit(fixture.nextRecord(new byte[100], 1)));
            assertEquals(i, fixture.journal().durableSequence());
        }

        assertEquals(operationCount + 5, storage.operations());
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(5, fixture.open(1).replayed().size());
    }

    @Test
    void shouldMakeDurableWhatWasAppendedBeforeTheCommit()
    {
        storage.directAlignment(ALIGNMENT);
        fixture.syncMethod(SyncMethod.DIRECT).open(1);
        fixture.commit(fixture.nextRecord(new byte[100], 1));
        fixture.write(2, 3500);
        fixture.commit(fixture.nextRecord(new byte[100], 1));
        assertEquals(3, fixture.journal().durableSequence());

        storage.crash(CrashMode.ALL_LOST);

        assertEquals(3, fixture.open(1).replayed().size());
    }

    /** What the page cache holds of a block after a direct write is no more than a rule, so it is not relied on. */
    @Test
    void shouldPassTheWholeBlockAgainWhenItIsThePageCachesTurn()
    {
        storage.directAlignment(ALIGNMENT);
        fixture.syncMethod(SyncMethod.DIRECT).open(1);
        fixture.commit(fixture.nextRecord(new byte[100], 1));
        final byte[] before = fixture.read(fixture.path(1));
        fixture.overwrite(fixture.path(1), 4096, new byte[4096]);
        final long operationCount = storage.operations();

        fixture.write(2, 100);
        assertEquals(operationCount + 2, storage.operations());
        fixture.write(3, 100);
        assertEquals(operationCount + 3, storage.operations());

        assertArrayEquals(Arrays.copyOf(before, 4096 + 152), Arrays.copyOf(fixture.read(fixture.path(1)), 4096 + 152));
        fixture.journal().close();
        assertEquals(3, fixture.open(1).replayed().size());
    }

    /**
     * A commit writes the acknowledged records of its block again, and the machine stops in the middle of that.
     */
    @Test
    void shouldKeepAcknowledgedRecordsWhenTheirBlockIsTorn()
    {
        int tornCount = 0;
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage disk = new SimulatedStorage(seed);
            disk.directAlignment(ALIGNMENT);
            final JournalFixture torn = new JournalFixture(disk, seed).syncMethod(SyncMethod.DIRECT).open(1);
            final List<ModelRecord> records = new ArrayList<>();
            for (int i = 0; i < 3 + seed % 5; i++)
            {
                final ModelRecord record = torn.nextRecord(new byte[100 + 10 * seed % 700], 1);
                torn.commit(record);
                records.add(record);
            }
            final ModelRecord last = torn.nextRecord(new byte[1500], 1);
            disk.failAt(disk.operations(), Fault.CRASH_HALF_WAY);
            assertThrows(SimulatedCrashException.class, () -> torn.commit(last));
            disk.crash(CrashMode.values()[seed % CrashMode.values().length]);

            torn.open(1);

            tornCount += torn.replayed().size() == records.size() ? 1 : 0;
            assertEquals(records, torn.replayed().subList(0, records.size()), "seed=" + seed);
        }
        assertTrue(tornCount > SEED_COUNT / 2, "torn=" + tornCount);
    }

    @Test
    void shouldFailForGoodWhenADirectWriteFails()
    {
        storage.directAlignment(ALIGNMENT);
        fixture.syncMethod(SyncMethod.DIRECT).open(1);
        fixture.commit(fixture.nextRecord(new byte[10], 1));
        storage.failAt(storage.operations(), Fault.FORCE_FAILS);
        final ModelRecord record = fixture.nextRecord(new byte[10], 1);

        assertThrows(JournalFailedException.class, () -> fixture.commit(record));

        assertThrows(JournalFailedException.class, () -> fixture.commit(record));
        assertThrows(JournalFailedException.class, () -> fixture.journal().force());
        assertEquals(1, fixture.journal().durableSequence());
        fixture.journal().close();
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldWriteTheSameBytesWhicheverWayAndOnWhicheverStorage()
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage disk = new SimulatedStorage(seed);
            disk.directAlignment(seed % 2 == 0 ? ALIGNMENT : 512);
            final SimulatedStorage plain = new SimulatedStorage(seed);
            final String bufferedText = runMixed(plain, seed, SyncMethod.BUFFERED);
            assertEquals(bufferedText, runMixed(disk, seed, SyncMethod.DIRECT), "seed=" + seed);
            if (seed < 20)
            {
                final FileStorage real = new FileStorage(directory.resolve("real" + seed));
                assertEquals(bufferedText, runMixed(real, seed, SyncMethod.DIRECT), "seed=" + seed);
            }
        }
    }

    @Test
    void shouldWriteARecordThatIsLongerThanItsMemory()
    {
        for (final int length : new int[]{ DirectTail.CAPACITY - 200, DirectTail.CAPACITY - 48, DirectTail.CAPACITY,
            2 * DirectTail.CAPACITY + 3001 })
        {
            storage.directAlignment(ALIGNMENT);
            fixture.syncMethod(SyncMethod.DIRECT).open(fixture.journal() == null ? 1 : nextSequence());
            final byte[] payload = new byte[length];
            new SplittableRandom(length).nextBytes(payload);
            final ModelRecord small = fixture.nextRecord(new byte[77], 1);
            fixture.commit(small);
            final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(48 + length));
            buffer.putBytes(48, payload);
            final long sequence = nextSequence();
            assertTrue(fixture.journal().tryReserve(length));
            fixture.journal().commit(buffer, 48, length, sequence, 1, 5);
            final ModelRecord after = fixture.nextRecord(new byte[33], 1);
            fixture.commit(after);
            storage.crash(CrashMode.ALL_LOST);

            fixture.open(small.firstSequence());

            assertEquals(List.of(small, new ModelRecord(sequence, 1, 5, payload), after), fixture.replayed());
            fixture.journal().close();
        }
    }

    @Test
    void shouldGoThroughThePageCacheWhereThereAreNoDirectWrites()
    {
        fixture.syncMethod(SyncMethod.DIRECT).open(1);

        assertEquals(SyncMethod.BUFFERED, fixture.journal().syncMethod());
        assertEquals("the storage has no direct writes", fixture.journal().syncMethodReason());
        fixture.commit(fixture.nextRecord(new byte[10], 1));
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(1, fixture.open(1).replayed().size());
    }

    @Test
    void shouldGoOnThroughThePageCacheWhenDirectWritesAreRefusedAtARoll()
    {
        storage.directAlignment(ALIGNMENT);
        fixture.syncMethod(SyncMethod.DIRECT).open(1);
        assertEquals(SyncMethod.DIRECT, fixture.journal().syncMethod());
        fixture.commit(fixture.nextRecord(new byte[3000], 1));
        storage.directAlignment(Storage.NO_DIRECT_WRITES);
        fixture.commit(fixture.nextRecord(new byte[3000], 1));

        assertEquals(SyncMethod.BUFFERED, fixture.journal().syncMethod());
        assertTrue(fixture.journal().syncMethodReason().startsWith("direct writes are refused: "));
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(2, fixture.open(1).replayed().size());
    }

    @Test
    void shouldNotWriteDirectlyInBlocksThatDoNotFitIntoSegments()
    {
        storage.directAlignment(2 * ALIGNMENT);

        fixture.syncMethod(SyncMethod.DIRECT).open(1);

        assertEquals("blocks are too long for direct writes: alignment=8192", fixture.journal().syncMethodReason());
    }

    @Test
    void shouldChooseTheFasterWayByATrialThatLeavesNothingBehind()
    {
        storage.directAlignment(ALIGNMENT);
        // Each operation takes a microsecond: a direct append is one, a buffered append two.
        assertChosen(SyncMethod.DIRECT, () -> storage.operations() * 1000);
        assertChosen(SyncMethod.BUFFERED, () -> 5);
        // A disk so slow that there is time for one round only.
        assertChosen(SyncMethod.DIRECT, () -> storage.operations() * 15_000_000);
        // A clock that stands far behind when the file is made.
        assertChosen(SyncMethod.BUFFERED, () -> storage.operations() * 50_000_000);
    }

    @Test
    void shouldChooseThePageCacheWhenTheTrialFails()
    {
        for (int i = 0; i < 20; i++)
        {
            final SimulatedStorage disk = new SimulatedStorage(i);
            disk.directAlignment(ALIGNMENT);
            disk.makeDirectory(JournalFixture.DIRECTORY);
            disk.failAt(disk.operations() + 2 + i, Fault.FORCE_FAILS);
            final JournalContext context = new JournalFixture(disk, i).context()
                .nanoClock(() -> disk.operations() * 1000)
                .conclude();

            final SyncChoice choice = new SyncProbe(context).choose();

            assertEquals(SyncMethod.BUFFERED, choice.method());
            assertTrue(choice.reason().startsWith("no trial of direct writes: "), choice.reason());
            assertEquals(List.of(), disk.list(JournalFixture.DIRECTORY));
            assertEquals(0, disk.openHandles());
        }
        storage.directAlignment(ALIGNMENT);
        storage.capacityBytes(100);
        storage.makeDirectory(JournalFixture.DIRECTORY);
        assertEquals(SyncMethod.BUFFERED, new SyncProbe(fixture.context().conclude()).choose().method());
    }

    private void assertChosen(final SyncMethod expected, final LongSupplier nanoClock)
    {
        final JournalContext context = fixture.context().nanoClock(nanoClock);
        try (Journal journal = Journal.open(
            context, 1, (payload, offset, length, sequence, count, timeMs) -> fail("nothing was written")))
        {
            assertEquals(expected, journal.syncMethod(), journal.syncMethodReason());
            assertTrue(journal.syncMethodReason().startsWith("median of "), journal.syncMethodReason());
        }
        assertFalse(storage.list(JournalFixture.DIRECTORY).stream().anyMatch((name) -> name.endsWith(".blank")));
        assertEquals(0, storage.openHandles());
    }

    private long nextSequence()
    {
        return fixture.journal().appendedSequence() + 1;
    }

    /** A journal's life from a seed, and what its segments hold in the end. */
    private static String runMixed(final Storage storage, final long seed, final SyncMethod syncMethod)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final JournalFixture mixed = new JournalFixture(storage, seed).syncMethod(syncMethod).open(1);
        final List<ModelRecord> records = new ArrayList<>();
        for (int i = 0; i < 60; i++)
        {
            final byte[] payload = new byte[random.nextInt(random.nextInt(4) == 0 ? 9000 : 300)];
            random.nextBytes(payload);
            final ModelRecord record = mixed.nextRecord(payload, 1);
            records.add(record);
            final boolean isDone = random.nextInt(3) > 0 ? mixed.commit(record) : mixed.append(record);
            assertTrue(isDone);
            if (random.nextInt(5) == 0)
            {
                mixed.journal().force();
            }
            if (random.nextInt(20) == 0)
            {
                mixed.journal().close();
                mixed.open(1);
                assertEquals(records, mixed.replayed(), "seed=" + seed);
            }
        }
        mixed.journal().close();
        final StringBuilder text = new StringBuilder();
        for (final String name : storage.list(JournalFixture.DIRECTORY))
        {
            final byte[] bytes = mixed.read(JournalFixture.DIRECTORY + "/" + name);
            text.append(name).append(' ').append(Arrays.hashCode(bytes)).append('\n');
        }
        return text.toString();
    }
}
