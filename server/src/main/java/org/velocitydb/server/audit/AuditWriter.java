package org.velocitydb.server.audit;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.StorageException;

/**
 * Lines on their way to the files. What has been made a line keeps its sequence and its place in the chain: where it
 * cannot be written it is kept and written later, in the same place. Owned by the audit agent.
 */
final class AuditWriter implements AutoCloseable
{
    /** Lines that are written with one call. */
    private static final int BATCH_LENGTH = 256 * 1024;

    private final AuditContext context;
    private final AuditFiles files;
    private final LineChain chain = new LineChain();
    private final EventFormatter formatter = new EventFormatter(chain);
    private final LineBuffer lines = new LineBuffer(BATCH_LENGTH);
    /** First line of a file that is still to be begun. While there is one, no other line is made. */
    private final LineBuffer firstLine = new LineBuffer(AuditLineDescriptor.LENGTH_MAX);
    private final ByteBuffer output = ByteBuffer.allocateDirect(BATCH_LENGTH);
    private long lineCount;
    private long byteCount;

    AuditWriter(final AuditContext context)
    {
        this.context = context;
        files = new AuditFiles(context.storage(), context.filesKept());
    }

    /**
     * Reads what is there and goes on behind it: writes that the server has started and, where a crash has left bytes
     * that are no line, what they were.
     *
     * @throws StorageException where the log cannot be read or written.
     */
    void open()
    {
        final AuditTail tail = AuditTail.find(context.storage());
        files.resume(tail);
        chain.resume(tail.sequence(), tail.hash());
        if (!files.hasFile())
        {
            beginFile();
        }
        final boolean isTorn = tail.isUsable() && tail.isTorn();
        if (tail.lacksNewline())
        {
            lines.raw("\n");
        }
        chain.begin(lines, context.epochClock().time(), AuditEvents.START);
        if (isTorn)
        {
            member(lines, AuditEvents.TORN_OFFSET, tail.intactLength());
            member(lines, AuditEvents.TORN_LENGTH, tail.lengthBytes() - tail.intactLength() + 1);
            lines.raw(",\"").raw(AuditEvents.TORN_HASH).raw("\":\"").raw(tail.tornHash()).raw("\"");
        }
        end(lines);
        write();
        force();
    }

    private static void member(final LineBuffer line, final String name, final long value)
    {
        line.raw(",\"").raw(name).raw("\":").number(value);
    }

    private void end(final LineBuffer line)
    {
        chain.end(line);
        lineCount++;
    }

    boolean hasRoom()
    {
        return lines.remaining() >= AuditLineDescriptor.LENGTH_MAX;
    }

    void event(final DirectBuffer event, final int offset)
    {
        formatter.format(lines, event, offset);
        lineCount++;
    }

    /** A line of the log's own that says how many. */
    void counted(final String event, final long count)
    {
        chain.begin(lines, context.epochClock().time(), event);
        member(lines, AuditEvents.COUNT, count);
        end(lines);
    }

    void stopped()
    {
        chain.begin(lines, context.epochClock().time(), AuditEvents.STOP);
        end(lines);
    }

    /**
     * Writes what has been made, and before it begins a file where that is due.
     *
     * @return lines' bytes that were written.
     * @throws StorageException where they could not be; they are kept.
     */
    int write()
    {
        if (!files.hasFile() || firstLine.length() > 0)
        {
            beginFile();
        }
        final int length = lines.length();
        if (length > 0)
        {
            files.append(output(lines));
            lines.length(0);
            byteCount += length;
        }
        if (files.position() >= context.maxFileBytes())
        {
            beginFile();
        }
        return length;
    }

    private void beginFile()
    {
        if (firstLine.length() == 0)
        {
            chain.begin(firstLine, context.epochClock().time(), AuditEvents.FILE);
            member(firstLine, AuditEvents.FORMAT, AuditEvents.FORMAT_VERSION);
            member(firstLine, AuditEvents.FILE_NUMBER, files.nextNumber());
            member(firstLine, AuditEvents.OLDEST_NUMBER, files.nextOldest());
            end(firstLine);
        }
        files.begin(output(firstLine));
        byteCount += firstLine.length();
        firstLine.length(0);
        files.removeOld();
    }

    private ByteBuffer output(final LineBuffer source)
    {
        output.clear();
        output.put(source.bytes(), 0, source.length());
        return output.flip();
    }

    void force()
    {
        files.force();
    }

    boolean isDirty()
    {
        return files.isDirty();
    }

    long lineCount()
    {
        return lineCount;
    }

    long byteCount()
    {
        return byteCount;
    }

    @Override
    public void close()
    {
        files.close();
    }
}
