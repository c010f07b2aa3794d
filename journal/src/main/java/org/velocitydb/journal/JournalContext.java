package org.velocitydb.journal;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.function.LongSupplier;

import org.velocitydb.journal.storage.Storage;

/**
 * How a {@link Journal} is to be. Set what differs from the defaults, then open the journal, which concludes it.
 */
public final class JournalContext
{
    /**
     * Names of the settings, their defaults and bounds.
     */
    public static final class Configuration
    {
        /** Length of a segment file in bytes, once the journal has grown to that: it begins with shorter ones. */
        public static final String SEGMENT_LENGTH_PROP_NAME = "journal.segment_length";
        /** Default of {@link #SEGMENT_LENGTH_PROP_NAME}: at 100 MB/s a roll about every second and a half. */
        public static final int SEGMENT_LENGTH_DEFAULT = 64 * 1024 * 1024;
        /** Segment lengths are multiples of this, a block of every disk that we know of. */
        public static final int SEGMENT_LENGTH_MULTIPLE = 4096;
        /** The least segment length: a header's block and one more. */
        public static final int MIN_SEGMENT_LENGTH = 2 * SEGMENT_LENGTH_MULTIPLE;
        /** The greatest length of a segment: recovery reads one as a whole into a buffer. */
        public static final int MAX_SEGMENT_LENGTH = 1024 * 1024 * 1024;

        /** How many files of purged segments are kept for use as new ones. */
        public static final String SPARE_COUNT_PROP_NAME = "journal.spare_count";
        /** Default of {@link #SPARE_COUNT_PROP_NAME}: one flush of a memtable frees about as many at once. */
        public static final int SPARE_COUNT_DEFAULT = 4;

        /** How records are made durable. */
        public static final String SYNC_METHOD_PROP_NAME = "journal.sync_method";
        /** Default of {@link #SYNC_METHOD_PROP_NAME}: which is faster differs from disk to disk. */
        public static final SyncMethod SYNC_METHOD_DEFAULT = SyncMethod.AUTO;

        /** Directory of the journal in its storage. */
        public static final String DIRECTORY_DEFAULT = "journal";

        private Configuration()
        {
        }
    }

    private Storage storage;
    private String directory = Configuration.DIRECTORY_DEFAULT;
    private int segmentLength = Configuration.SEGMENT_LENGTH_DEFAULT;
    private int spareCount = Configuration.SPARE_COUNT_DEFAULT;
    private SyncMethod syncMethod = Configuration.SYNC_METHOD_DEFAULT;
    private LongSupplier epochClockMs;
    private LongSupplier nanoClock = System::nanoTime;
    private LongSupplier tagSource;
    private boolean isConcluded;

    /**
     * Checks all settings and fills in what was left out. Afterwards nothing changes.
     *
     * @return this context.
     * @throws IllegalArgumentException for a value out of its bounds, with its name.
     * @throws IllegalStateException    when it has been concluded before.
     */
    public JournalContext conclude()
    {
        requireOpen();
        Objects.requireNonNull(storage, "storage");
        Objects.requireNonNull(syncMethod, Configuration.SYNC_METHOD_PROP_NAME);
        concludeSegmentLength();
        concludeSpareCount();
        if (epochClockMs == null)
        {
            epochClockMs = System::currentTimeMillis;
        }
        if (tagSource == null)
        {
            tagSource = new SecureRandom()::nextLong;
        }
        isConcluded = true;
        return this;
    }

    /**
     * Where the files are.
     *
     * @param value storage.
     * @return this context.
     */
    public JournalContext storage(final Storage value)
    {
        requireOpen();
        storage = value;
        return this;
    }

    /**
     * Where the files are.
     *
     * @return storage.
     */
    public Storage storage()
    {
        return storage;
    }

    /**
     * Directory of the journal in its storage; made where there is none.
     *
     * @param value relative name.
     * @return this context.
     */
    public JournalContext directory(final String value)
    {
        requireOpen();
        directory = value;
        return this;
    }

    /**
     * Directory of the journal in its storage.
     *
     * @return relative name.
     */
    public String directory()
    {
        return directory;
    }

    /**
     * Length of a segment.
     *
     * @param value in bytes, a multiple of {@link Configuration#SEGMENT_LENGTH_MULTIPLE}.
     * @return this context.
     */
    public JournalContext segmentLength(final int value)
    {
        requireOpen();
        segmentLength = value;
        return this;
    }

    /**
     * Length of a segment.
     *
     * @return bytes.
     */
    public int segmentLength()
    {
        return segmentLength;
    }

    /**
     * How many files of purged segments are kept for use as new ones.
     *
     * @param value 0 or more.
     * @return this context.
     */
    public JournalContext spareCount(final int value)
    {
        requireOpen();
        spareCount = value;
        return this;
    }

    /**
     * How many files of purged segments are kept for use as new ones.
     *
     * @return the number.
     */
    public int spareCount()
    {
        return spareCount;
    }

    /**
     * How records are made durable.
     *
     * @param value the method, or {@link SyncMethod#AUTO} for the faster one.
     * @return this context.
     */
    public JournalContext syncMethod(final SyncMethod value)
    {
        requireOpen();
        syncMethod = value;
        return this;
    }

    /**
     * How records are made durable.
     *
     * @return as set; {@link Journal#syncMethod()} says what came of it.
     */
    public SyncMethod syncMethod()
    {
        return syncMethod;
    }

    /**
     * Monotonic clock that {@link SyncMethod#AUTO} compares by.
     *
     * @param value gives nanoseconds.
     * @return this context.
     */
    public JournalContext nanoClock(final LongSupplier value)
    {
        requireOpen();
        nanoClock = value;
        return this;
    }

    /**
     * Monotonic clock that {@link SyncMethod#AUTO} compares by.
     *
     * @return gives nanoseconds.
     */
    public LongSupplier nanoClock()
    {
        return nanoClock;
    }

    /**
     * Wall clock that dates new segments.
     *
     * @param value gives epoch milliseconds.
     * @return this context.
     */
    public JournalContext epochClockMs(final LongSupplier value)
    {
        requireOpen();
        epochClockMs = value;
        return this;
    }

    /**
     * Wall clock that dates new segments.
     *
     * @return gives epoch milliseconds.
     */
    public LongSupplier epochClockMs()
    {
        return epochClockMs;
    }

    /**
     * Source of segment tags. A simulation sets a seeded one; elsewhere nobody must be able to guess what comes.
     *
     * @param value gives random numbers.
     * @return this context.
     */
    public JournalContext tagSource(final LongSupplier value)
    {
        requireOpen();
        tagSource = value;
        return this;
    }

    /**
     * Source of segment tags.
     *
     * @return gives random numbers.
     */
    public LongSupplier tagSource()
    {
        return tagSource;
    }

    @Override
    public String toString()
    {
        return "JournalContext{directory=" + directory + ", segmentLength=" + segmentLength + ", spareCount=" +
            spareCount + ", syncMethod=" + syncMethod + "}";
    }

    private void concludeSegmentLength()
    {
        if (segmentLength < Configuration.MIN_SEGMENT_LENGTH || segmentLength > Configuration.MAX_SEGMENT_LENGTH)
        {
            throw new IllegalArgumentException(
                Configuration.SEGMENT_LENGTH_PROP_NAME + " out of range: value=" + segmentLength + ", min=" +
                    Configuration.MIN_SEGMENT_LENGTH + ", max=" + Configuration.MAX_SEGMENT_LENGTH);
        }
        if (segmentLength % Configuration.SEGMENT_LENGTH_MULTIPLE != 0)
        {
            throw new IllegalArgumentException(
                Configuration.SEGMENT_LENGTH_PROP_NAME + " must be a multiple of " +
                    Configuration.SEGMENT_LENGTH_MULTIPLE + ": value=" + segmentLength);
        }
    }

    private void concludeSpareCount()
    {
        if (spareCount < 0)
        {
            throw new IllegalArgumentException(
                Configuration.SPARE_COUNT_PROP_NAME + " must not be negative: value=" + spareCount);
        }
    }

    private void requireOpen()
    {
        if (isConcluded)
        {
            throw new IllegalStateException("journal context has been concluded already");
        }
    }
}
