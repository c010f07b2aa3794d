package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.UnsupportedFormatException;

/**
 * Every way in which the files of a journal can be hurt, and what recovery says to it.
 *
 * <p>The journal of most tests has two segments: records 1 to 3 fill the first, 4 to 6 lie in the second, one group
 * each, every one forced.
 */
class JournalDamageTest
{
    private static final int PAYLOAD_LENGTH = 1000;
    private static final int RECORD_LENGTH = RecordDescriptor.HEADER_LENGTH + PAYLOAD_LENGTH;
    private static final int FIRST = SegmentHeaderDescriptor.FIRST_RECORD_OFFSET;

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final JournalFixture fixture = new JournalFixture(storage, 1);
    private final List<ModelRecord> records = new ArrayList<>();

    @BeforeEach
    void fillTwoSegments()
    {
        fixture.open(1);
        for (int i = 1; i <= 6; i++)
        {
            records.add(fixture.put(i, PAYLOAD_LENGTH));
        }
        fixture.journal().close();
        assertTrue(storage.exists(fixture.path(2)));
        assertFalse(storage.exists(fixture.path(3)));
        fixture.open(1);
        assertEquals(records, fixture.replayed());
        fixture.journal().close();
    }

    @Test
    void shouldRefuseAFlippedBitAnywhereInAnEarlierSegment()
    {
        for (int offset = 0; offset < SegmentHeaderDescriptor.HEADER_LENGTH; offset++)
        {
            assertRefusedWithFlip(1, offset, 0);
        }
        for (int offset = 0; offset < RECORD_LENGTH; offset += offset < RecordDescriptor.HEADER_LENGTH ? 1 : 37)
        {
            assertRefusedWithFlip(1, FIRST + RECORD_LENGTH + offset, FIRST + RECORD_LENGTH);
        }
    }

    @Test
    void shouldRefuseAFlippedBitInTheHeaderOfTheLastSegment()
    {
        for (int offset = 0; offset < SegmentHeaderDescriptor.HEADER_LENGTH; offset++)
        {
            assertRefusedWithFlip(2, offset, 0);
        }
    }

    @Test
    void shouldRefuseAFlippedBitInTheMiddleOfDurableRecordsOfTheLastSegment()
    {
        for (int offset = 0; offset < RECORD_LENGTH; offset += offset < RecordDescriptor.HEADER_LENGTH ? 1 : 37)
        {
            assertRefusedWithFlip(2, FIRST + RECORD_LENGTH + offset, FIRST + RECORD_LENGTH);
        }
    }

    @Test
    void shouldTakeAFlippedBitInTheVeryLastRecordForATornTail()
    {
        storage.corrupt(fixture.path(2), FIRST + 2 * RECORD_LENGTH + 100, 1);

        fixture.open(1);

        assertEquals(records.subList(0, 5), fixture.replayed());
        assertEquals(5, fixture.journal().durableSequence());
        assertGoesOn(5);
    }

    @Test
    void shouldLeaveATailThatIsTornInsideItsHeader()
    {
        for (int kept = 0; kept < RecordDescriptor.HEADER_LENGTH; kept++)
        {
            assertTornTailIsLeft(kept);
        }
    }

    @Test
    void shouldLeaveATailThatIsTornInsideItsPayload()
    {
        for (int kept = RecordDescriptor.HEADER_LENGTH; kept < RECORD_LENGTH; kept += 101)
        {
            assertTornTailIsLeft(kept);
        }
    }

    @Test
    void shouldLeaveSeveralUnforcedRecordsOfWhichALaterOneSurvived()
    {
        fixture.open(1);
        fixture.write(7, 100);
        fixture.write(8, 100);
        fixture.write(9, 100);
        fixture.journal().close();
        final int tail = FIRST + 3 * RECORD_LENGTH;
        storage.corrupt(fixture.path(2), tail + 60, 4);

        fixture.open(1);

        assertEquals(records, fixture.replayed());
        assertTrue(storage.exists(fixture.path(3)), "goes on in a new segment");
        assertGoesOn(6);
    }

    @Test
    void shouldCutTheTornTailInPlaceWhenThereIsNoRoomForANewSegment()
    {
        final int tail = FIRST + 2 * RECORD_LENGTH;
        storage.corrupt(fixture.path(2), tail + 100, 1);
        storage.capacityBytes(2 * JournalFixture.SEGMENT_LENGTH);

        fixture.open(1);

        assertEquals(records.subList(0, 5), fixture.replayed());
        assertFalse(storage.exists(fixture.path(3)));
        assertEquals(0, fixture.read(fixture.path(2))[tail + RecordDescriptor.HEADER_LENGTH]);
        assertGoesOn(5);
    }

    @Test
    void shouldRefuseADamagedRecordThatALaterOneCallsDurable()
    {
        fixture.open(1);
        fixture.write(7, 100);
        fixture.write(8, 100);
        fixture.journal().force();
        fixture.write(9, 100);
        fixture.journal().close();

        storage.corrupt(fixture.path(2), FIRST + 3 * RECORD_LENGTH, 1);

        assertRefused(2, FIRST + 3 * RECORD_LENGTH);
    }

    @Test
    void shouldRefuseAShortFile()
    {
        for (final long length : new long[]{ 0, 1, 63, 64, FIRST, FIRST + RECORD_LENGTH, 8191 })
        {
            final byte[] whole = fixture.read(fixture.path(2));
            storage.truncate(fixture.path(2), length);
            assertRefused(2, 0);
            fixture.overwrite(fixture.path(2), 0, whole);
        }
        fixture.open(1);
        assertEquals(records, fixture.replayed());
    }

    @Test
    void shouldRefuseALongFile()
    {
        fixture.overwrite(fixture.path(1), JournalFixture.SEGMENT_LENGTH, new byte[1]);

        assertRefused(1, 0);
    }

    @Test
    void shouldRefuseAZeroedFile()
    {
        fixture.overwrite(fixture.path(2), 0, new byte[JournalFixture.SEGMENT_LENGTH]);

        assertRefused(2, 0);
    }

    @Test
    void shouldRefuseZeroedRecordsInAnEarlierSegment()
    {
        fixture.overwrite(fixture.path(1), FIRST + 2 * RECORD_LENGTH, new byte[RECORD_LENGTH]);

        assertRefused(1, FIRST + 2 * RECORD_LENGTH);
    }

    @Test
    void shouldRefuseADoubledRecord()
    {
        fixture.open(1);
        fixture.put(7, PAYLOAD_LENGTH);
        fixture.journal().close();
        fixture.overwrite(fixture.path(3), FIRST + RECORD_LENGTH, record(3, 0));

        assertRefused(3, FIRST + RECORD_LENGTH);
    }

    @Test
    void shouldRefuseAMisplacedRecord()
    {
        final byte[] second = record(1, 1);
        final byte[] third = record(1, 2);
        fixture.overwrite(fixture.path(1), FIRST + RECORD_LENGTH, third);
        fixture.overwrite(fixture.path(1), FIRST + 2 * RECORD_LENGTH, second);

        assertRefused(1, FIRST + RECORD_LENGTH);
    }

    @Test
    void shouldNotTakeARecordOfAnotherSegmentForItsOwn()
    {
        fixture.overwrite(fixture.path(2), FIRST + 2 * RECORD_LENGTH, record(1, 0));

        fixture.open(1);

        assertEquals(records.subList(0, 5), fixture.replayed());
    }

    @Test
    void shouldRefuseAMisplacedFile()
    {
        final byte[] first = fixture.read(fixture.path(1));
        fixture.overwrite(fixture.path(2), 0, first);

        assertRefused(2, 0);
    }

    @Test
    void shouldNotTakeStaleRecordsOfARecycledFileForItsOwn()
    {
        fixture.open(1);
        fixture.journal().purge(4);
        fixture.prepareAll();
        final ModelRecord seventh = fixture.put(7, PAYLOAD_LENGTH);
        assertFalse(storage.exists(fixture.path(1)));
        fixture.journal().close();
        // The third segment is the first's file: what was its second record is still there.
        final byte[] bytes = fixture.read(fixture.path(3));
        assertEquals(2, bytes[FIRST + RECORD_LENGTH + RecordDescriptor.HEADER_LENGTH]);

        fixture.open(4);

        assertEquals(List.of(records.get(3), records.get(4), records.get(5), seventh), fixture.replayed());
    }

    @Test
    void shouldRefuseAMissingSegment()
    {
        fixture.open(1);
        fixture.put(7, PAYLOAD_LENGTH);
        fixture.journal().close();
        storage.delete(fixture.path(2));

        final CorruptionException ex = assertRefused(1, FIRST + 3 * RECORD_LENGTH);

        assertTrue(ex.getMessage().contains("missing segment 0000000000000002.log"), ex.getMessage());
    }

    @Test
    void shouldRefuseAJournalThatBeginsTooLate()
    {
        storage.delete(fixture.path(1));

        final CorruptionException ex = assertRefused(2, 0);

        assertTrue(ex.getMessage().contains("first sequence=4, wanted=1"), ex.getMessage());
    }

    @Test
    void shouldNotCareAboutSegmentsThatAreNotNeeded()
    {
        storage.corrupt(fixture.path(1), 0, 1);

        fixture.open(4);

        assertEquals(records.subList(3, 6), fixture.replayed());
        fixture.prepareAll();
        assertFalse(storage.exists(fixture.path(1)));
    }

    @Test
    void shouldRefuseAForeignFile()
    {
        storage.create("journal/notes.log", 10).close();

        final CorruptionException ex = assertThrows(CorruptionException.class, () -> fixture.open(1));

        assertTrue(ex.getMessage().contains("journal/notes.log"), ex.getMessage());
    }

    @Test
    void shouldTellANewerFormatFromDamage()
    {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(SegmentHeaderDescriptor.HEADER_LENGTH);
        bytes.put(fixture.read(fixture.path(2)), 0, bytes.capacity());
        final UnsafeBuffer header = new UnsafeBuffer(bytes);
        header.putInt(SegmentHeaderDescriptor.FORMAT_VERSION_OFFSET, 2);
        header.putInt(
            SegmentHeaderDescriptor.CHECKSUM_OFFSET, new Checksum().of(
                header, 0, SegmentHeaderDescriptor.CHECKSUM_OFFSET));
        try (StorageFile file = storage.open(fixture.path(2)))
        {
            file.write(bytes.clear(), 0);
        }

        final UnsupportedFormatException ex = assertThrows(UnsupportedFormatException.class, () -> fixture.open(1));

        assertTrue(ex.getMessage().contains("format=2, newest known=1"), ex.getMessage());
        assertTrue(ex.getMessage().contains(fixture.path(2)), ex.getMessage());
    }

    private void assertTornTailIsLeft(final int kept)
    {
        final int tail = FIRST + 2 * RECORD_LENGTH;
        final byte[] whole = record(2, 2);
        fixture.overwrite(fixture.path(2), tail, Arrays.copyOf(Arrays.copyOf(whole, kept), RECORD_LENGTH));

        fixture.open(1);

        assertEquals(records.subList(0, 5), fixture.replayed(), "kept=" + kept);
        fixture.journal().close();
        storage.delete(fixture.path(3));
        fixture.overwrite(fixture.path(2), tail, whole);
    }

    private void assertGoesOn(final int replayedCount)
    {
        final ModelRecord next = fixture.put(99, 500);
        storage.crash(CrashMode.ALL_LOST);
        fixture.open(1);
        assertEquals(replayedCount + 1, fixture.replayed().size());
        assertEquals(next, fixture.replayed().get(replayedCount));
    }

    private void assertRefusedWithFlip(final long segmentId, final long flipOffset, final long damageOffset)
    {
        storage.corrupt(fixture.path(segmentId), flipOffset, 0x10);
        assertRefused(segmentId, damageOffset);
        storage.corrupt(fixture.path(segmentId), flipOffset, 0x10);
    }

    private CorruptionException assertRefused(final long segmentId, final long offset)
    {
        final long operationCount = storage.operations();
        final CorruptionException ex = assertThrows(CorruptionException.class, () -> fixture.open(1));
        assertTrue(
            ex.getMessage().endsWith("file=" + fixture.path(segmentId) + ", offset=" + offset), ex.getMessage());
        assertEquals(operationCount, storage.operations(), "a refusal changes nothing");
        assertEquals(0, storage.openHandles());
        return ex;
    }

    private byte[] record(final long segmentId, final int index)
    {
        return record(segmentId, index * RECORD_LENGTH, RECORD_LENGTH);
    }

    private byte[] record(final long segmentId, final int offset, final int length)
    {
        return Arrays.copyOfRange(fixture.read(fixture.path(segmentId)), FIRST + offset, FIRST + offset + length);
    }
}
