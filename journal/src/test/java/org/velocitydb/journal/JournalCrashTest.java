package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageException;

/**
 * A journal lives many short lives on a disk that crashes at any operation, those of recovery included, and is compared
 * with a list: whatever was durable is replayed, whatever is replayed is a prefix of what was appended, byte for byte.
 */
class JournalCrashTest
{
    private static final int SEED_COUNT = 600;
    private static final int LIFE_COUNT = 8;
    private static final int STEP_COUNT = 60;
    /** Segments of 8, 16 and 32 KiB. */
    private static final int GROWING_SEGMENT_LENGTH = 4 * JournalFixture.SEGMENT_LENGTH;

    private final List<ModelRecord> model = new ArrayList<>();
    private SplittableRandom random;
    private SimulatedStorage storage;
    private JournalFixture fixture;
    private long fromSequence;
    private long durableSequence;
    private int crashCount;
    private int replayedCount;
    private int shrinkCount;

    @Test
    void shouldReplayWhatWasDurableAndNeverAHole()
    {
        for (long seed = 0; seed < SEED_COUNT; seed++)
        {
            try
            {
                run(seed);
            }
            catch (final AssertionError | RuntimeException ex)
            {
                fail("seed=" + seed + ": " + ex, ex);
            }
        }
        assertTrue(crashCount > SEED_COUNT, "crashes=" + crashCount);
        assertTrue(replayedCount > SEED_COUNT, "replayed=" + replayedCount);
        assertTrue(shrinkCount > SEED_COUNT / 10, "shrunk=" + shrinkCount);
    }

    @Test
    void shouldRunTheSameForTheSameSeed()
    {
        run(42);
        final long hash = storage.traceHash();
        run(42);
        assertEquals(hash, storage.traceHash());
        run(43);
        assertNotEquals(hash, storage.traceHash());
    }

    private void run(final long seed)
    {
        random = new SplittableRandom(seed);
        storage = new SimulatedStorage(random.split());
        storage.directAlignment(random.nextBoolean() ? 4096 : 512);
        fixture = new JournalFixture(storage, seed)
            .segmentLength(random.nextBoolean() ? JournalFixture.SEGMENT_LENGTH : GROWING_SEGMENT_LENGTH);
        model.clear();
        fromSequence = 1 + random.nextInt(3);
        durableSequence = fromSequence - 1;

        for (int life = 0; life < LIFE_COUNT; life++)
        {
            scheduleFault();
            try
            {
                live();
            }
            catch (final SimulatedCrashException ex)
            {
                die();
            }
            catch (final StorageException ex)
            {
                closeAfter(ex);
                assertEquals(0, storage.openHandles());
                die();
            }
        }
        storage.failAt(Long.MAX_VALUE, Fault.CRASH);
        openAndCheck();
        fixture.journal().close();
        assertEquals(0, storage.openHandles());
    }

    private void closeAfter(final StorageException cause)
    {
        try
        {
            if (fixture.journal() != null)
            {
                fixture.journal().close();
            }
        }
        catch (final JournalFailedException ex)
        {
            // What the background met is the journal's failure when it next forces, and that is now.
            assertSame(cause, ex.getCause());
        }
    }

    private void live()
    {
        openAndCheck();
        final int stepCount = random.nextInt(STEP_COUNT);
        for (int step = 0; step < stepCount; step++)
        {
            step();
            durableSequence = fixture.journal().durableSequence();
        }
        if (random.nextBoolean())
        {
            fixture.journal().close();
            durableSequence = fixture.journal().durableSequence();
            assertEquals(fixture.journal().appendedSequence(), durableSequence);
        }
        else
        {
            die();
        }
    }

    private void step()
    {
        switch (random.nextInt(10))
        {
            case 0 :
            case 1 :
            case 2 :
                fixture.journal().force();
                break;

            case 3 :
                fixture.prepareAll();
                break;

            case 4 :
                purge();
                break;

            default :
                append();
                break;
        }
    }

    private void prepare()
    {
        try
        {
            fixture.prepareAll();
        }
        catch (final StorageException ex)
        {
            // A force of the background work may fail; the writer goes on regardless.
            assertTrue(ex.getMessage().contains("simulated"), ex.getMessage());
        }
    }

    private void append()
    {
        final byte[] payload = new byte[payloadLength()];
        random.nextBytes(payload);
        final ModelRecord record = fixture.nextRecord(payload, 1 + random.nextInt(4));
        // Before the call: a crash in the middle may leave it whole.
        model.add(record);
        assertTrue(random.nextBoolean() ? fixture.commit(record) : fixture.append(record));
    }

    private int payloadLength()
    {
        switch (random.nextInt(12))
        {
            case 0 :
                return random.nextInt(3 * JournalFixture.SEGMENT_LENGTH);

            case 1 :
            case 2 :
                return random.nextInt(3000);

            default :
                return 1 + random.nextInt(200);
        }
    }

    private void purge()
    {
        final long durable = fixture.journal().durableSequence();
        fromSequence += random.nextInt(3) == 0
            ? durable + 1 - fromSequence
            : random.nextLong(durable + 2 - fromSequence);
        fixture.journal().purge(fromSequence);
        if (fixture.journal().shrink())
        {
            shrinkCount++;
        }
    }

    private void scheduleFault()
    {
        if (random.nextInt(4) > 0)
        {
            final Fault[] faults = Fault.values();
            storage.failAt(storage.operations() + 1 + random.nextInt(50), faults[random.nextInt(faults.length)]);
        }
    }

    private void die()
    {
        crashCount++;
        if (fixture.journal() != null)
        {
            // What the journal had promised by the time it stopped; recovery may have promised nothing yet.
            durableSequence = Math.max(durableSequence, fixture.journal().durableSequence());
        }
        storage.crash(CrashMode.values()[random.nextInt(CrashMode.values().length)]);
    }

    private void openAndCheck()
    {
        // What one method has written, the other reads and goes on with.
        fixture.syncMethod(random.nextInt(3) == 0 ? SyncMethod.BUFFERED : SyncMethod.DIRECT).open(fromSequence);
        final List<ModelRecord> replayed = fixture.replayed();
        replayedCount += replayed.size();
        final long lastSequence = fixture.journal().appendedSequence();
        model.removeIf((record) -> record.firstSequence() > lastSequence);
        final List<ModelRecord> expected = new ArrayList<>(model);
        expected.removeIf((record) -> record.lastSequence() < fromSequence);

        assertEquals(expected, replayed);
        assertTrue(lastSequence >= durableSequence, "last=" + lastSequence + ", durable=" + durableSequence);
        final long modelLast = model.isEmpty() ? fromSequence - 1 : model.get(model.size() - 1).lastSequence();
        assertEquals(Math.max(modelLast, fromSequence - 1), lastSequence);
        assertEquals(lastSequence, fixture.journal().durableSequence());
        durableSequence = lastSequence;
    }
}
