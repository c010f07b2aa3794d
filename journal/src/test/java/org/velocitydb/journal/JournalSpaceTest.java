package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * What files a journal has beside what it holds: segments that grow with use, spares that come in time and go again.
 */
class JournalSpaceTest
{
    private static final int LONGEST = 1024 * 1024;
    /** First of the segments that grow to the longest. */
    private static final int FIRST = LONGEST / 64;
    private static final int PAYLOAD_LENGTH = 1000;
    private static final int SEED_COUNT = 100;

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final JournalFixture fixture = new JournalFixture(storage, 1).segmentLength(LONGEST);
    private long heldBytes;

    @Test
    void shouldHaveOneShortSegmentAndNoSpareWhileLittleIsWritten()
    {
        fixture.open(1);
        fixture.prepareAll();
        assertEquals(List.of((long) FIRST), fixture.lengths(""));

        writeUpTo(FIRST / 8);
        assertEquals(List.of((long) FIRST), fixture.lengths(""));
        assertEquals(FIRST, fixture.journal().lengthBytes());
    }

    @Test
    void shouldMakeTheNextSegmentOnceHalfOfTheCurrentIsUsed()
    {
        fixture.open(1);

        writeUpTo(FIRST / 2 + PAYLOAD_LENGTH);

        assertEquals(List.of((long) FIRST), fixture.lengths(".log"));
        assertEquals(List.of(2L * FIRST), fixture.lengths(".spare"));
        assertEquals(3 * FIRST, fixture.journal().lengthBytes());
    }

    @Test
    void shouldDoubleSegmentsUpToTheConfiguredLengthWithoutTheWriterMakingOne()
    {
        fixture.open(1);

        writeUpTo(4 * LONGEST);

        // One that the writer had to make would be a short one among them.
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 64L, 64L), firstOf(9, fixture.lengths(".log")));
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(fixture.journal().appendedSequence(), fixture.open(1).replayed().size());
    }

    @Test
    void shouldMakeAShortSegmentItselfWhereNoneIsReadyAndGrowAgain()
    {
        fixture.open(1);
        writeUpTo(12 * FIRST);
        assertEquals(List.of(1L, 2L, 4L, 8L), firstOf(5, fixture.lengths(".log")));

        // The background does nothing until the sixth segment is in use.
        while (fixture.lengths(".log").size() < 6)
        {
            fixture.put(1, PAYLOAD_LENGTH);
        }
        writeUpTo(heldBytes + 2 * FIRST);

        final List<Long> lengths = fixture.lengths(".log");
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L), firstOf(5, lengths), "the spare was ready for the fifth");
        assertEquals(FIRST, lengths.get(5), "the writer's own");
        assertEquals(32L * FIRST, lengths.get(6));
    }

    @Test
    void shouldGiveAPayloadThatFitsIntoNoSpareASegmentOfItsOwn()
    {
        fixture.open(1);
        writeUpTo(FIRST / 2 + PAYLOAD_LENGTH);

        fixture.put(1, 3 * FIRST);
        fixture.prepareAll();
        fixture.put(2, 5000);

        assertEquals(List.of((long) FIRST, 3L * FIRST + 2 * 4096, 2L * FIRST), fixture.lengths(".log"));
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(fixture.journal().appendedSequence(), fixture.open(1).replayed().size());
    }

    @Test
    void shouldGiveBackItsSpaceWhenNothingOfItIsNeeded()
    {
        fixture.open(1);
        writeUpTo(3 * LONGEST);
        final long lastSequence = fixture.journal().appendedSequence();

        fixture.journal().purge(lastSequence);
        assertFalse(fixture.journal().shrink(), "the last record is still needed");
        fixture.journal().purge(lastSequence + 1);
        assertTrue(fixture.journal().shrink());
        assertFalse(fixture.journal().shrink());
        fixture.prepareAll();

        assertEquals(List.of((long) FIRST), fixture.lengths(""));
        assertEquals(FIRST, fixture.journal().lengthBytes());
        final ModelRecord next = fixture.put(1, FIRST / 2);
        fixture.prepareAll();
        assertEquals(List.of((long) FIRST), fixture.lengths(".log"));
        assertEquals(List.of(2L * FIRST), fixture.lengths(".spare"), "it grows from the beginning again");
        storage.crash(CrashMode.ALL_LOST);
        assertEquals(List.of(next), fixture.open(lastSequence + 1).replayed());
    }

    @Test
    void shouldNotShrinkOnAFullDisk()
    {
        fixture.open(1);
        writeUpTo(LONGEST);
        fixture.journal().purge(fixture.journal().appendedSequence() + 1);
        storage.capacityBytes(0);

        assertFalse(fixture.journal().shrink());

        fixture.prepareAll();
        storage.capacityBytes(8 * LONGEST);
        assertTrue(fixture.journal().shrink());
    }

    @Test
    void shouldKeepPurgedSegmentsForUseWhileSegmentsAreLong()
    {
        fixture.open(1);
        writeUpTo(5 * LONGEST);
        fixture.journal().purge(fixture.journal().appendedSequence());
        fixture.prepareAll();
        assertEquals(List.of((long) LONGEST, (long) LONGEST), fixture.lengths(".spare"), "one is open, one waits");
        final int segmentCount = fixture.lengths("").size();

        writeUpTo(7 * LONGEST);

        assertEquals(segmentCount, fixture.lengths(".log").size(), "segments are made of them, and no file was new");
    }

    @Test
    void shouldLeaveNoSpareBehindWhenClosed()
    {
        fixture.open(1);
        writeUpTo(5 * LONGEST);
        fixture.journal().purge(fixture.journal().appendedSequence());
        fixture.prepareAll();
        assertFalse(fixture.lengths(".spare").isEmpty());

        fixture.journal().close();

        assertEquals(1, fixture.lengths("").size());
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldDeleteTheSparesOfARunThatDidNotClose()
    {
        fixture.open(1);
        writeUpTo(5 * LONGEST);
        fixture.journal().purge(fixture.journal().appendedSequence());
        fixture.prepareAll();
        storage.crash(CrashMode.PROCESS_ONLY);

        fixture.open(fixture.journal().appendedSequence());

        assertEquals(List.of(), fixture.lengths(".spare"));
        assertEquals(1, fixture.replayed().size());
    }

    /**
     * However a journal is used: as long as nothing is purged it takes at most five times what it holds (the segments
     * twice, one that was just begun and its spare; three short ones for the headers), and when all is purged, one
     * short segment.
     */
    @Test
    void shouldTakeSpaceInProportionToWhatItHolds()
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final SimulatedStorage disk = new SimulatedStorage(seed);
            final JournalFixture used = new JournalFixture(disk, seed).segmentLength(LONGEST).open(1);
            for (int burst = 0; burst < 3; burst++)
            {
                long writtenBytes = 0;
                final int recordCount = random.nextInt(400);
                for (int i = 0; i < recordCount; i++)
                {
                    final int length = random.nextInt(6000);
                    used.put(i, length);
                    writtenBytes += RecordDescriptor.alignedLength(length);
                    if (random.nextInt(10) > 0)
                    {
                        used.prepareAll();
                        final long takenBytes = used.lengths("").stream().mapToLong(Long::longValue).sum();
                        assertTrue(takenBytes <= 5 * writtenBytes + 3 * FIRST,
                            "seed=" + seed + ", held=" + writtenBytes +
                                ", taken=" + used.lengths(""));
                    }
                }
                used.journal().purge(used.journal().appendedSequence() + 1);
                used.journal().shrink();
                used.prepareAll();
                assertTrue(used.journal().lengthBytes() <= 3 * FIRST, "seed=" + seed + ", taken=" + used.lengths(""));
            }
            used.journal().close();
            assertEquals(List.of((long) FIRST), used.lengths(""), "seed=" + seed);
        }
    }

    /** Writes until so many bytes have been written by this, and lets the background keep up. */
    private void writeUpTo(final long length)
    {
        while (heldBytes < length)
        {
            fixture.put(1, PAYLOAD_LENGTH);
            fixture.prepareAll();
            heldBytes += RecordDescriptor.alignedLength(PAYLOAD_LENGTH);
        }
    }

    /** The lengths in units of the first. */
    private static List<Long> firstOf(final int count, final List<Long> lengths)
    {
        return lengths.stream().limit(count).map((length) -> length / FIRST).toList();
    }
}
