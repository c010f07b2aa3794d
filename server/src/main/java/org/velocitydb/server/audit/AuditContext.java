package org.velocitydb.server.audit;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.velocitydb.journal.storage.Storage;

/**
 * What an audit log is made with. Set what differs from the defaults; {@link AuditLog#open} takes it as it is then.
 */
public final class AuditContext
{
    /** What holds where nothing is set. */
    public static final class Defaults
    {
        /** What changed, and who may have changed it. */
        public static final AuditScope SCOPE = AuditScope.WRITES;
        /** A log with holes is no evidence. */
        public static final AuditFullPolicy WHEN_FULL = AuditFullPolicy.BLOCK;
        /** A few hundred thousand lines; read once at each start. */
        public static final long MAX_FILE_BYTES = 64L << 20;
        /** With files of that length, a gibibyte. */
        public static final int FILES_KEPT = 16;
        /** What a machine that stops may take with it. */
        public static final int SYNC_INTERVAL_MS = 1000;
        /** For each event loop: ten thousand events. */
        public static final int RING_BYTES = 2 << 20;

        private Defaults()
        {
        }
    }

    private Storage storage;
    private AuditScope scope = Defaults.SCOPE;
    private AuditFullPolicy whenFull = Defaults.WHEN_FULL;
    private long maxFileBytes = Defaults.MAX_FILE_BYTES;
    private int filesKept = Defaults.FILES_KEPT;
    private long syncIntervalNs = TimeUnit.MILLISECONDS.toNanos(Defaults.SYNC_INTERVAL_MS);
    private int ringBytes = Defaults.RING_BYTES;
    private EpochClock epochClock = SystemEpochClock.INSTANCE;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private ErrorHandler errorHandler;

    void requireComplete()
    {
        Objects.requireNonNull(storage, "storage");
        Objects.requireNonNull(errorHandler, "errorHandler");
    }

    /**
     * Where the files go; required. Nothing else is in it.
     *
     * @param value to set.
     * @return this context.
     */
    public AuditContext storage(final Storage value)
    {
        storage = value;
        return this;
    }

    Storage storage()
    {
        return storage;
    }

    /**
     * How much is logged.
     *
     * @param value to set.
     * @return this context.
     */
    public AuditContext scope(final AuditScope value)
    {
        scope = value;
        return this;
    }

    AuditScope scope()
    {
        return scope;
    }

    /**
     * What happens where the log cannot keep up.
     *
     * @param value to set.
     * @return this context.
     */
    public AuditContext whenFull(final AuditFullPolicy value)
    {
        whenFull = value;
        return this;
    }

    AuditFullPolicy whenFull()
    {
        return whenFull;
    }

    /**
     * Length at which a file is ended and the next one begun.
     *
     * @param value to set; a file may be longer by what is written at once.
     * @return this context.
     */
    public AuditContext maxFileBytes(final long value)
    {
        maxFileBytes = value;
        return this;
    }

    long maxFileBytes()
    {
        return maxFileBytes;
    }

    /**
     * Files that are kept, the one that is written included.
     *
     * @param value 1 or more.
     * @return this context.
     */
    public AuditContext filesKept(final int value)
    {
        filesKept = value;
        return this;
    }

    int filesKept()
    {
        return filesKept;
    }

    /**
     * How long a written line may wait until it is forced.
     *
     * @param value to set.
     * @return this context.
     */
    public AuditContext syncIntervalNs(final long value)
    {
        syncIntervalNs = value;
        return this;
    }

    long syncIntervalNs()
    {
        return syncIntervalNs;
    }

    /**
     * Room for events between each event loop and the log.
     *
     * @param value a power of two, at least 64 KiB.
     * @return this context.
     */
    public AuditContext ringBytes(final int value)
    {
        ringBytes = value;
        return this;
    }

    int ringBytes()
    {
        return ringBytes;
    }

    /**
     * The clock of the lines.
     *
     * @param value to set.
     * @return this context.
     */
    public AuditContext epochClock(final EpochClock value)
    {
        epochClock = value;
        return this;
    }

    EpochClock epochClock()
    {
        return epochClock;
    }

    /**
     * The monotonic clock of intervals.
     *
     * @param value to set.
     * @return this context.
     */
    public AuditContext nanoClock(final NanoClock value)
    {
        nanoClock = value;
        return this;
    }

    NanoClock nanoClock()
    {
        return nanoClock;
    }

    /**
     * Is told when the log cannot be written, once each time; required.
     *
     * @param value to set.
     * @return this context.
     */
    public AuditContext errorHandler(final ErrorHandler value)
    {
        errorHandler = value;
        return this;
    }

    ErrorHandler errorHandler()
    {
        return errorHandler;
    }
}
