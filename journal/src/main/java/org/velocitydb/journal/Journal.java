package org.velocitydb.journal;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.MutableDirectBuffer;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.StorageFullException;

/**
 * The write-ahead log: every change of state is in here, in order, before it is acknowledged.
 *
 * <p>Threads: one writer thread calls everything, with two exceptions. {@link #durableSequence()} may be read by any
 * thread, and {@link #prepare()} is for one background thread, never the writer's. {@link #close()} is for the writer,
 * after the background thread has ended. No thread that comes here may be interrupted: an interrupt would close the
 * file.
 *
 * <p>One group commit:
 *
 * <pre>
 *   if (journal.tryReserve(length))             // else: the disk is full, and nothing has happened
 *   {
 *       // payload built in buffer, from offset on, with RECORD_HEADER_LENGTH free bytes before it
 *       journal.commit(buffer, offset, length, journal.appendedSequence() + 1, entryCount, timeMs);
 *   }
 * </pre>
 *
 * <p>In a {@link SyncMode} that does not force each group, it is {@link #append} instead, and {@link #force()} now and
 * then. Both may be used on one journal by turns.
 *
 * <p>Invariants: sequences are contiguous; {@code durableSequence() <= appendedSequence()}; all segments but the one
 * being written are durable as a whole; a segment has its name only after its header is durable. {@link #append},
 * {@link #commit} and {@link #force()} are allocation-free once warm, as long as the caller uses the same buffer; a
 * roll is not, nor is mapping the next {@link org.velocitydb.journal.storage.StorageFile#writeInPlace window} of a
 * segment, once in 4 MiB.
 *
 * <p>Failure: when a write or a force fails the journal is {@link State#FAILED} for good, and every later call throws.
 * It never tries a force again, because the operating system may have dropped the pages. Open another one: recovery
 * writes afresh what it finds readable but not known to be durable.
 */
public final class Journal implements AutoCloseable
{
    /** Free bytes that {@link #append} needs before the payload. */
    public static final int RECORD_HEADER_LENGTH = RecordDescriptor.HEADER_LENGTH;
    /** Longest payload: the longest value, 64 MiB, and room for what goes with it. */
    public static final int MAX_PAYLOAD_LENGTH = 80 * 1024 * 1024;

    private static final long FIRST_SEGMENT_ID = 1;

    /** What a journal is doing. */
    private enum State
    {
        /** Takes records. */
        ACTIVE,
        /** A write or a force has failed; what is on disk behind the durable sequence is unknown. */
        FAILED,
        /** Closed by its owner. */
        CLOSED
    }

    private final JournalContext context;
    private final SegmentFactory factory;
    private final SpareSegments spares;
    private final EarlyForce earlyForce;
    private final Checksum checksum = new Checksum();

    /** Written by the writer alone. */
    private final AtomicLong durableSequence = new AtomicLong();
    private long appendedSequence;
    private Segment segment;
    private State state = State.ACTIVE;
    private StorageException failure;
    private Runnable whenAppended = Journal::nobodyAsks;

    /**
     * Takes over what recovery has found and made durable.
     */
    Journal(
        final JournalContext context,
        final SegmentFactory factory,
        final SpareSegments spares,
        final Segment segment,
        final long lastSequence)
    {
        this.context = context;
        this.factory = factory;
        this.spares = spares;
        earlyForce = new EarlyForce(context.storage(), context.segmentLength());
        this.segment = segment;
        appendedSequence = lastSequence;
        durableSequence.setRelease(lastSequence);
        spares.onSegment(segment.lengthBytes());
    }

    /**
     * Opens the journal, makes it where there is none, and replays it. Afterwards everything that was replayed is
     * durable. The owner holds a lock on the storage, so that nobody else has the same journal open.
     *
     * <p>When it throws, records may have been handed over already; the owner drops what it made of them.
     *
     * @param context      not yet concluded.
     * @param fromSequence first sequence that the owner does not have; what lies below may be purged.
     * @param handler      receives, in order, each record that holds a sequence from {@code fromSequence} on.
     * @return the journal, whose next sequence is the one after the last that was replayed, or {@code fromSequence}.
     * @throws org.velocitydb.journal.storage.CorruptionException        when it is damaged; nothing has been changed.
     * @throws org.velocitydb.journal.storage.UnsupportedFormatException when a newer version wrote it; likewise.
     */
    public static Journal open(final JournalContext context, final long fromSequence, final RecordHandler handler)
    {
        return new Recovery(context.conclude(), fromSequence).open(handler);
    }

    static Segment firstSegment(final SegmentFactory factory, final JournalContext context, final long firstSequence)
    {
        final StorageFile blank = factory.createTemporary(
            FIRST_SEGMENT_ID, SegmentLengths.first(context.segmentLength()));
        return factory.publish(blank, FIRST_SEGMENT_ID, firstSequence);
    }

    /**
     * Tells whether a record fits into the current segment, so that {@link #tryReserve(int)} would not roll.
     *
     * @param payloadLength in bytes.
     * @return true if it fits.
     */
    public boolean hasRoomFor(final int payloadLength)
    {
        return segment.hasRoomFor(payloadLength);
    }

    /**
     * Makes sure that a record of this length can be appended, and rolls to a new segment if it takes that; a roll
     * forces what was appended. What was reserved stays so until the next append.
     *
     * @param payloadLength in bytes, up to {@link #MAX_PAYLOAD_LENGTH}.
     * @return false when the disk has no room for a new segment: nothing has changed, and a later call tries again.
     * @throws JournalFailedException when the journal has failed, now or before.
     */
    public boolean tryReserve(final int payloadLength)
    {
        requireActive();
        requirePayloadLength(payloadLength);
        spares.onPosition(segment.position() + payloadLength);
        return segment.hasRoomFor(payloadLength) || roll(payloadLength, appendedSequence + 1);
    }

    /**
     * Appends one record; a short one without a call to the operating system. Not durable before {@link #force()}, but
     * safe from the death of the process.
     *
     * @param buffer        that holds the payload, with a direct ByteBuffer beneath. The record's header is written
     *                      into the {@link #RECORD_HEADER_LENGTH} bytes before the payload.
     * @param offset        of the payload, at least {@link #RECORD_HEADER_LENGTH}.
     * @param length        of the payload in bytes, as reserved.
     * @param firstSequence the one after {@link #appendedSequence()}.
     * @param entryCount    how many sequences the record takes, at least 1.
     * @param timeMs        log time in epoch milliseconds.
     * @throws IllegalArgumentException when an argument breaks these rules; nothing has been written.
     * @throws IllegalStateException    when there is no room that was reserved; nothing has been written.
     * @throws JournalFailedException   when the journal has failed, now or before.
     */
    public void append(
        final MutableDirectBuffer buffer,
        final int offset,
        final int length,
        final long firstSequence,
        final int entryCount,
        final long timeMs)
    {
        append(encode(buffer, offset, length, firstSequence, entryCount, timeMs), length, entryCount, false);
        earlyForce.onAppended(segment.file().name(), RecordDescriptor.alignedLength(length));
    }

    private void append(
        final ByteBuffer record, final int length, final int entryCount, final boolean isForcedNext)
    {
        try
        {
            segment.append(record, length, isForcedNext);
        }
        catch (final StorageException ex)
        {
            throw failed("append", ex);
        }
        appendedSequence += entryCount;
    }

    /**
     * Has {@link #commit} tell when its record has been written and is about to be forced, where these are two calls.
     *
     * @param listener called by the thread that commits; it neither blocks nor throws.
     */
    public void whenAppended(final Runnable listener)
    {
        whenAppended = listener;
    }

    private static void nobodyAsks()
    {
        // The time between the two calls is of interest to few.
    }

    /**
     * Appends one record and makes it and everything before it durable. Where {@link #syncMethod()} is
     * {@link SyncMethod#DIRECT} and nothing unforced lies before the record, that is one synchronous write; else it is
     * an {@link #append} and a {@link #force()}.
     *
     * @param buffer        as for {@link #append}, like everything else.
     * @param offset        of the payload.
     * @param length        of the payload.
     * @param firstSequence of the record.
     * @param entryCount    of the record.
     * @param timeMs        log time in epoch milliseconds.
     * @throws IllegalArgumentException when an argument breaks the rules; nothing has been written.
     * @throws IllegalStateException    when there is no room that was reserved; nothing has been written.
     * @throws JournalFailedException   when the journal has failed, now or before.
     */
    public void commit(
        final MutableDirectBuffer buffer,
        final int offset,
        final int length,
        final long firstSequence,
        final int entryCount,
        final long timeMs)
    {
        final ByteBuffer record = encode(buffer, offset, length, firstSequence, entryCount, timeMs);
        if (!segment.isDirect() || durableSequence.getPlain() != appendedSequence)
        {
            append(record, length, entryCount, true);
            whenAppended.run();
            force();
            return;
        }
        try
        {
            segment.appendDurably(record, length);
        }
        catch (final StorageException ex)
        {
            throw failed("commit", ex);
        }
        appendedSequence += entryCount;
        // Release: pairs with the acquire in durableSequence(). Only after the write has returned.
        durableSequence.setRelease(appendedSequence);
    }

    private ByteBuffer encode(
        final MutableDirectBuffer buffer,
        final int offset,
        final int length,
        final long firstSequence,
        final int entryCount,
        final long timeMs)
    {
        requireActive();
        requirePayloadLength(length);
        requireRecord(offset, length, firstSequence, entryCount);

        final int start = offset - RECORD_HEADER_LENGTH;
        RecordDescriptor.encode(
            buffer, start, length, segment.tag(), firstSequence, entryCount, timeMs, durableSequence.getPlain());
        final int checkedLength = RECORD_HEADER_LENGTH - RecordDescriptor.CHECKED_OFFSET + length;
        RecordDescriptor.checksum(
            buffer, start, checksum.of(buffer, start + RecordDescriptor.CHECKED_OFFSET, checkedLength));
        return checksum.view(buffer, start, RECORD_HEADER_LENGTH + length);
    }

    /**
     * Makes everything appended durable.
     *
     * @throws JournalFailedException when the journal has failed, now or before; nothing more is known to be durable.
     */
    public void force()
    {
        requireActive();
        if (durableSequence.getPlain() == appendedSequence)
        {
            return;
        }
        try
        {
            segment.file().force();
            earlyForce.requireNoFailure();
        }
        catch (final StorageException ex)
        {
            throw failed("force", ex);
        }
        earlyForce.onForced();
        // Release: pairs with the acquire in durableSequence(). Only after the force has returned.
        durableSequence.setRelease(appendedSequence);
    }

    /**
     * Last sequence appended.
     *
     * @return the sequence; the one before the journal's first where it is empty.
     */
    public long appendedSequence()
    {
        return appendedSequence;
    }

    /**
     * Last sequence that is known to be on disk. Any thread may ask.
     *
     * @return the sequence.
     */
    public long durableSequence()
    {
        return durableSequence.getAcquire();
    }

    /**
     * How {@link #commit} makes records durable. For the writer.
     *
     * @return {@link SyncMethod#BUFFERED} or {@link SyncMethod#DIRECT}.
     */
    public SyncMethod syncMethod()
    {
        return factory.syncChoice().method();
    }

    /**
     * Why it is this {@link #syncMethod()}. For the writer.
     *
     * @return words, with what was measured.
     */
    public String syncMethodReason()
    {
        return factory.syncChoice().reason();
    }

    /**
     * Says that records below a sequence are not needed any more. The files go when {@link #prepare()} comes to it.
     *
     * @param sequenceBelow first sequence that is still needed.
     */
    public void purge(final long sequenceBelow)
    {
        requireActive();
        spares.purge(sequenceBelow);
    }

    /**
     * Goes on in a short segment if nothing of the current one, a longer one, is needed any more, so that its space is
     * given back; {@link #prepare()} does that. For a writer that is left alone: the next ones are short as well. What
     * was reserved is not any more.
     *
     * @return whether it has; else nothing has changed.
     * @throws JournalFailedException when the journal has failed, now or before.
     */
    public boolean shrink()
    {
        requireActive();
        final long shortLength = SegmentLengths.first(context.segmentLength());
        if (segment.lengthBytes() <= shortLength || spares.purgeSequence() <= appendedSequence)
        {
            return false;
        }
        final long id = segment.id() + 1;
        final StorageFile blank = create(id, shortLength);
        if (blank == null)
        {
            return false;
        }
        goOn(blank, id, appendedSequence + 1);
        spares.onShortSegment(shortLength);
        return true;
    }

    /**
     * Disk space of all files, those included that only wait to be removed. For the thread that calls
     * {@link #prepare()}.
     *
     * @return bytes.
     */
    public long lengthBytes()
    {
        return spares.lengthBytes();
    }

    /**
     * Does one piece of background work: forces what has been appended so that a roll need not wait long, removes or
     * recycles a purged segment, or makes the next segment's file ready.
     * For one background thread, and safe beside everything the writer does.
     *
     * @return how much there was to do; 0 for nothing.
     * @throws StorageException when the file system fails; the journal itself goes on, unless it was a force of
     *                          what the writer has appended: then it fails when the writer next forces.
     */
    public int prepare()
    {
        return earlyForce.prepare() + spares.prepare();
    }

    /**
     * Forces what was appended and removes what waits to become a segment, unless the journal has failed, and closes
     * all files. May be called twice.
     */
    @Override
    public void close()
    {
        if (state == State.CLOSED)
        {
            return;
        }
        try
        {
            if (state == State.ACTIVE)
            {
                force();
                spares.discard();
            }
        }
        finally
        {
            state = State.CLOSED;
            CloseHelper.closeAll(segment, spares, factory);
        }
    }

    /**
     * Goes on in a new segment that begins with the given sequence.
     */
    boolean roll(final int payloadLength, final long firstSequence)
    {
        final long id = segment.id() + 1;
        final StorageFile blank = blank(id, payloadLength);
        if (blank == null)
        {
            return false;
        }
        goOn(blank, id, firstSequence);
        return true;
    }

    private void goOn(final StorageFile blank, final long id, final long firstSequence)
    {
        try (blank)
        {
            // All of the old segment is durable before anything is in the new one: recovery relies on it.
            force();
            final Segment next = factory.publish(blank, id, firstSequence);
            final Segment old = segment;
            spares.seal(new SealedSegment(old.file().name(), old.lengthBytes(), appendedSequence));
            segment = next;
            old.close();
        }
        catch (final JournalFailedException ex)
        {
            throw ex;
        }
        catch (final StorageException ex)
        {
            throw failed("roll", ex);
        }
        spares.onSegment(segment.lengthBytes());
        appendedSequence = firstSequence - 1;
        durableSequence.setRelease(appendedSequence);
    }

    /** A short one where no spare is ready: the writer waits while it is made, and so do all who write. */
    private StorageFile blank(final long id, final int payloadLength)
    {
        final int needed = SegmentHeaderDescriptor.FIRST_RECORD_OFFSET + RecordDescriptor.alignedLength(payloadLength);
        final int minLength = BitUtil.align(needed, JournalContext.Configuration.SEGMENT_LENGTH_MULTIPLE);
        final StorageFile spare = spares.take(minLength);
        return spare != null
            ? spare
            : create(id, Math.max(minLength, SegmentLengths.first(context.segmentLength())));
    }

    private StorageFile create(final long id, final long lengthBytes)
    {
        try
        {
            return factory.createTemporary(id, lengthBytes);
        }
        catch (final StorageFullException ignored)
        {
            return null;
        }
        catch (final StorageException ex)
        {
            throw failed("create a segment", ex);
        }
    }

    private void requireActive()
    {
        if (state == State.FAILED)
        {
            throw new JournalFailedException("journal has failed before: " + failure.getMessage(), failure);
        }
        if (state == State.CLOSED)
        {
            throw new IllegalStateException("journal is closed");
        }
    }

    private void requireRecord(final int offset, final int length, final long firstSequence, final int entryCount)
    {
        if (firstSequence != appendedSequence + 1 || entryCount < 1)
        {
            throw new IllegalArgumentException(
                "sequences must be contiguous: first sequence=" + firstSequence + ", entry count=" + entryCount +
                    ", appended sequence=" + appendedSequence);
        }
        if (offset < RECORD_HEADER_LENGTH)
        {
            throw new IllegalArgumentException(
                "no room before the payload for the header: offset=" + offset + ", min=" + RECORD_HEADER_LENGTH);
        }
        if (!segment.hasRoomFor(length))
        {
            throw new IllegalStateException(
                "no room reserved: length=" + length + ", segment=" + segment.id() + ", position=" +
                    segment.position());
        }
    }

    private static void requirePayloadLength(final int length)
    {
        if (length < 0 || length > MAX_PAYLOAD_LENGTH)
        {
            throw new IllegalArgumentException(
                "payload length out of range: length=" + length + ", max=" + MAX_PAYLOAD_LENGTH);
        }
    }

    private JournalFailedException failed(final String operation, final StorageException cause)
    {
        state = State.FAILED;
        failure = cause;
        return new JournalFailedException(
            "journal cannot " + operation + ": segment=" + segment.id() + ", position=" + segment.position() +
                ", durable sequence=" + durableSequence.getPlain() + ", appended sequence=" + appendedSequence +
                ", cause=" + cause.getMessage(),
            cause);
    }
}
