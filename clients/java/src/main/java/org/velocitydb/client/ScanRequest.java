package org.velocitydb.client;

import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.MessageType;

/**
 * Which entries a scan is to find, and in which order.
 */
public final class ScanRequest
{
    private final byte[] from;
    private final byte[] to;
    private int flags;
    private int keyspace = Limits.DEFAULT_KEYSPACE;
    private int limit = org.velocitydb.protocol.v2.ScanRequest.NO_LIMIT;

    private ScanRequest(final byte[] from, final byte[] to, final int flags)
    {
        this.from = from;
        this.to = to;
        this.flags = flags;
    }

    /**
     * All entries.
     *
     * @return a request.
     */
    public static ScanRequest all()
    {
        return new ScanRequest(new byte[0], null, 0);
    }

    /**
     * Entries of a range.
     *
     * @param from first key, inclusive; empty for the first of all.
     * @param to   end, exclusive; null for no end.
     * @return a request.
     */
    public static ScanRequest range(final byte[] from, final byte[] to)
    {
        return new ScanRequest(from.clone(), to == null ? null : to.clone(), 0);
    }

    /**
     * Entries whose keys begin alike.
     *
     * @param prefix of the keys.
     * @return a request.
     */
    public static ScanRequest prefix(final byte[] prefix)
    {
        return new ScanRequest(prefix.clone(), null, org.velocitydb.protocol.v2.ScanRequest.FLAG_PREFIX);
    }

    /**
     * Finds the same entries from the last to the first.
     *
     * @return this request.
     */
    public ScanRequest reverse()
    {
        flags |= org.velocitydb.protocol.v2.ScanRequest.FLAG_REVERSE;
        return this;
    }

    /**
     * Leaves out values.
     *
     * @return this request.
     */
    public ScanRequest keysOnly()
    {
        flags |= org.velocitydb.protocol.v2.ScanRequest.FLAG_KEYS_ONLY;
        return this;
    }

    /**
     * Finds no more than a number of entries.
     *
     * @param limit positive.
     * @return this request.
     */
    public ScanRequest limit(final int limit)
    {
        if (limit < 1)
        {
            throw new IllegalArgumentException("limit must be positive: limit=" + limit);
        }
        this.limit = limit;
        return this;
    }

    /**
     * Scans another keyspace than the table kv.
     *
     * @param keyspace id.
     * @return this request.
     */
    public ScanRequest keyspace(final int keyspace)
    {
        this.keyspace = keyspace;
        return this;
    }

    RequestMessage message()
    {
        final int toLength = to == null ? 0 : to.length;
        return RequestMessage.reading(
            MessageType.SCAN, org.velocitydb.protocol.v2.ScanRequest.HEADER_LENGTH + from.length + toLength,
            (buffer, offset) ->
            {
                final int next = org.velocitydb.protocol.v2.ScanRequest.put(
                    buffer, offset, keyspace, flags, limit, from.length,
                    to == null ? org.velocitydb.protocol.v2.ScanRequest.UNBOUNDED : toLength);
                buffer.put(next, from);
                if (to != null)
                {
                    buffer.put(next + from.length, to);
                }
                return next + from.length + toLength;
            });
    }
}
