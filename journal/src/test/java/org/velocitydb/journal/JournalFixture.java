package org.velocitydb.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * A journal over any storage, with what it has replayed, and short ways to append to it.
 */
final class JournalFixture
{
    static final int SEGMENT_LENGTH = 8192;
    static final String DIRECTORY = "journal";

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(64 * 1024));
    private final Storage storage;
    private final SplittableRandom tags;
    private final List<ModelRecord> replayed = new ArrayList<>();
    private SyncMethod syncMethod = SyncMethod.AUTO;
    private int segmentLength = SEGMENT_LENGTH;
    private Journal journal;

    JournalFixture(final Storage storage, final long seed)
    {
        this.storage = storage;
        tags = new SplittableRandom(seed);
    }

    JournalFixture open(final long fromSequence)
    {
        replayed.clear();
        journal = null;
        journal = Journal.open(context(), fromSequence, this::onRecord);
        return this;
    }

    /** For the next {@link #open(long)}. */
    JournalFixture syncMethod(final SyncMethod value)
    {
        syncMethod = value;
        return this;
    }

    /** For the next {@link #open(long)}; else all segments are as short as can be. */
    JournalFixture segmentLength(final int value)
    {
        segmentLength = value;
        return this;
    }

    JournalContext context()
    {
        return new JournalContext().storage(storage)
            .segmentLength(segmentLength)
            .spareCount(2)
            .syncMethod(syncMethod)
            .epochClockMs(() -> 1_700_000_000_000L)
            .tagSource(tags::nextLong);
    }

    Journal journal()
    {
        return journal;
    }

    List<ModelRecord> replayed()
    {
        return replayed;
    }

    ModelRecord nextRecord(final byte[] payload, final int entryCount)
    {
        final long firstSequence = journal.appendedSequence() + 1;
        return new ModelRecord(firstSequence, entryCount, 1_700_000_000_000L + firstSequence, payload);
    }

    boolean append(final ModelRecord record)
    {
        if (!journal.tryReserve(record.payload().length))
        {
            return false;
        }
        journal.append(
            payload(record), Journal.RECORD_HEADER_LENGTH, record.payload().length, record.firstSequence(),
            record.entryCount(), record.timeMs());
        return true;
    }

    boolean commit(final ModelRecord record)
    {
        if (!journal.tryReserve(record.payload().length))
        {
            return false;
        }
        journal.commit(
            payload(record), Journal.RECORD_HEADER_LENGTH, record.payload().length, record.firstSequence(),
            record.entryCount(), record.timeMs());
        return true;
    }

    private UnsafeBuffer payload(final ModelRecord record)
    {
        buffer.putBytes(Journal.RECORD_HEADER_LENGTH, record.payload());
        return buffer;
    }

    /** Appends one entry of so many equal bytes, and forces. */
    ModelRecord put(final int value, final int length)
    {
        final ModelRecord record = write(value, length);
        journal.force();
        return record;
    }

    /** Appends one entry of so many equal bytes. */
    ModelRecord write(final int value, final int length)
    {
        final byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) value);
        final ModelRecord record = nextRecord(payload, 1);
        if (!append(record))
        {
            throw new IllegalStateException("no room");
        }
        return record;
    }

    void prepareAll()
    {
        for (int i = 0; journal.prepare() > 0; i++)
        {
            if (i > 1000)
            {
                throw new IllegalStateException("background work does not end");
            }
        }
    }

    /** Lengths of the files whose names end so, by name. */
    List<Long> lengths(final String suffix)
    {
        final List<Long> lengths = new ArrayList<>();
        for (final String name : storage.list(DIRECTORY))
        {
            if (name.endsWith(suffix))
            {
                try (StorageFile file = storage.open(DIRECTORY + "/" + name))
                {
                    lengths.add(file.lengthBytes());
                }
            }
        }
        return lengths;
    }

    String path(final long segmentId)
    {
        return DIRECTORY + "/" + SegmentNames.name(segmentId, SegmentNames.SEGMENT_SUFFIX);
    }

    byte[] read(final String path)
    {
        try (StorageFile file = storage.open(path))
        {
            final ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes());
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    void overwrite(final String path, final long position, final byte[] bytes)
    {
        try (StorageFile file = storage.open(path))
        {
            file.write(ByteBuffer.wrap(bytes), position);
            file.force();
        }
    }

    private void onRecord(
        final DirectBuffer payload,
        final int offset,
        final int length,
        final long firstSequence,
        final int entryCount,
        final long timeMs)
    {
        final byte[] bytes = new byte[length];
        payload.getBytes(offset, bytes);
        replayed.add(new ModelRecord(firstSequence, entryCount, timeMs, bytes));
    }
}
