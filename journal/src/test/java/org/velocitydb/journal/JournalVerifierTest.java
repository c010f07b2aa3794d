package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

final class JournalVerifierTest
{
    private static final int RECORD_COUNT = 12;
    private static final int RECORD_LENGTH = 1000;
    private static final int FUZZ_COUNT = 400;

    private final SimulatedStorage storage = new SimulatedStorage(7);
    private final JournalFixture fixture = new JournalFixture(storage, 7);
    private final List<Finding> findings = new ArrayList<>();

    @BeforeEach
    void before()
    {
        fixture.open(1);
        for (int i = 0; i < RECORD_COUNT; i++)
        {
            fixture.put(i, RECORD_LENGTH);
        }
        fixture.journal().close();
    }

    @AfterEach
    void after()
    {
        assertEquals(0, storage.openHandles());
    }

    private JournalSummary verify(final long fromSequence)
    {
        findings.clear();
        return new JournalVerifier(
            storage, JournalFixture.DIRECTORY, (file, buffer, offset, length, firstSequence, entryCount) ->
            {
                assertEquals(RECORD_LENGTH, length);
                assertEquals((byte) (firstSequence - 1), buffer.getByte(offset));
            }, findings::add).verify(fromSequence);
    }

    private Finding onlyFinding()
    {
        assertEquals(1, findings.size(), findings::toString);
        return findings.get(0);
    }

    @Test
    void shouldFindNothingWrongWithAnIntactJournalAndChangeNothing()
    {
        final long traceHash = storage.traceHash();

        final JournalSummary summary = verify(3);

        assertEquals(List.of(), findings);
        assertEquals(new JournalSummary(4, 4L * JournalFixture.SEGMENT_LENGTH, RECORD_COUNT - 2, 3, RECORD_COUNT),
            summary);
        assertEquals(traceHash, storage.traceHash());
    }

    @Test
    void shouldCallATornTailANote()
    {
        fixture.open(1);
        fixture.write(RECORD_COUNT, RECORD_LENGTH);
        storage.crash(CrashMode.PROCESS_ONLY);
        final int tornOffset = 4096 + 40;
        storage.corrupt(fixture.path(5), tornOffset + 100, 1);

        final JournalSummary summary = verify(1);

        assertFalse(onlyFinding().isError());
        assertEquals(fixture.path(5), onlyFinding().file());
        assertEquals(4096, onlyFinding().offset());
        assertEquals(RECORD_COUNT, summary.lastSequence());
    }

    @Test
    void shouldNameEveryDamagedSegmentAndNotOnlyTheFirst()
    {
        final int secondRecord = 4096 + 48 + RECORD_LENGTH;
        storage.corrupt(fixture.path(2), secondRecord + 100, 1);
        storage.corrupt(fixture.path(3), 20, 1);

        final JournalSummary summary = verify(1);

        assertEquals(2, findings.size(), findings::toString);
        assertTrue(findings.stream().allMatch(Finding::isError));
        assertEquals(fixture.path(2), findings.get(0).file());
        assertEquals(secondRecord, findings.get(0).offset());
        assertEquals(fixture.path(3), findings.get(1).file());
        assertEquals(0, findings.get(1).offset());
        assertEquals(4, summary.recordCount());
    }

    @Test
    void shouldNameAMissingSegment()
    {
        storage.delete(fixture.path(2));

        verify(1);

        assertTrue(onlyFinding().isError());
        assertTrue(onlyFinding().text().contains("missing segment 0000000000000002.log"), onlyFinding().text());
    }

    @Test
    void shouldNoteWhatIsNotNeededAndWhatIsNotOurs()
    {
        create("journal/0000000000000009.tmp");
        create("journal/notes.txt");

        verify(8);

        assertTrue(findings.stream().noneMatch(Finding::isError), findings::toString);
        assertEquals(
            List.of(fixture.path(1), fixture.path(2), "journal/0000000000000009.tmp", "journal/notes.txt"),
            findings.stream().map(Finding::file).toList());
    }

    @Test
    void shouldReportAForeignSegment()
    {
        create("journal/copy.log");

        verify(1);

        assertTrue(onlyFinding().isError());
        assertEquals("journal/copy.log", onlyFinding().file());
    }

    @Test
    void shouldJudgeAsOpenDoesWhicheverByteIsFlipped()
    {
        for (long seed = 0; seed < FUZZ_COUNT; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final String path = fixture.path(1 + random.nextInt(4));
            final int offset = random.nextInt(JournalFixture.SEGMENT_LENGTH);
            final int mask = 1 << random.nextInt(8);
            storage.corrupt(path, offset, mask);

            final JournalSummary summary = verify(1);

            final boolean isRefused = findings.stream().anyMatch(Finding::isError);
            final SimulatedStorage copy = copy();
            assertEquals(isRefused, refusal(copy) != null,
                "seed=" + seed + ", file=" + path + ", offset=" + offset + ", findings=" + findings);
            if (!isRefused)
            {
                assertEquals(summary.lastSequence(), lastSequence, "seed=" + seed);
            }
            storage.corrupt(path, offset, mask);
        }
        verify(1);
        assertEquals(List.of(), findings);
    }

    private long lastSequence;

    private StorageException refusal(final SimulatedStorage copy)
    {
        final JournalFixture other = new JournalFixture(copy, 1);
        try
        {
            other.open(1);
            lastSequence = other.journal().appendedSequence();
            other.journal().close();
            return null;
        }
        catch (final StorageException ex)
        {
            return ex;
        }
    }

    private SimulatedStorage copy()
    {
        final SimulatedStorage copy = new SimulatedStorage(1);
        copy.makeDirectory(JournalFixture.DIRECTORY);
        for (final String name : storage.list(JournalFixture.DIRECTORY))
        {
            final String path = JournalFixture.DIRECTORY + "/" + name;
            try (StorageFile file = copy.create(path, 0))
            {
                file.write(ByteBuffer.wrap(fixture.read(path)), 0);
                file.force();
            }
        }
        copy.forceDirectory(JournalFixture.DIRECTORY);
        return copy;
    }

    private void create(final String path)
    {
        try (StorageFile file = storage.create(path, 10))
        {
            file.force();
        }
    }
}
