package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.ScanResult;

/**
 * Entries of a scan, all of one snapshot, as they come in. For one thread; close it when it is left early.
 *
 * <p>The server sends as fast as the connection takes it. A bounded number of bytes waits here; when that is full, the
 * connection is not read until the iteration makes room, and a scan that makes none within the time of a request fails.
 * So iterate swiftly, and for long work per entry, or for calls of the same client between entries of a scan that is
 * longer than the bound, use a client of its own.
 */
public final class Scan implements Iterator<Entry>, AutoCloseable
{
    private final Answer<Void> answer = new Pages();
    private final PageBuffer<Entry> entries;

    Scan(final int maxBufferedLength, final long timeoutNs)
    {
        entries = new PageBuffer<>("a scan's entries", Outcome.NOT_DONE, maxBufferedLength, timeoutNs);
    }

    Answer<Void> answer()
    {
        return answer;
    }

    /**
     * Whether there is another entry; waits for the server where it must.
     *
     * @return false at the end.
     * @throws VelocityException if the scan failed; entries before that were as they should be.
     */
    @Override
    public boolean hasNext()
    {
        return entries.hasNext();
    }

    @Override
    public Entry next()
    {
        return entries.next();
    }

    /**
     * Lets go of what has come and of what is to come. The connection goes on.
     */
    @Override
    public void close()
    {
        entries.close();
    }

    /** The reader's side. */
    private final class Pages extends Answer<Void>
    {
        private final ScanResult message = new ScanResult();

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            if (fault == Fault.NONE)
            {
                final List<Entry> page = new ArrayList<>(message.count());
                while (message.next())
                {
                    page.add(
                        new Entry(
                            copy(buffer, message.keyOffset(), message.keyLength()),
                            copy(buffer, message.valueOffset(), message.valueLength()), message.version()));
                }
                entries.add(page, length);
            }
            return fault;
        }

        @Override
        Void result()
        {
            entries.end(null);
            return null;
        }

        @Override
        void onFailure(final VelocityException failure)
        {
            entries.end(failure);
        }
    }
}
