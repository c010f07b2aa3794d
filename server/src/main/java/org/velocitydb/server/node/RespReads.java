package org.velocitydb.server.node;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.server.users.AccessCounters;

/**
 * The commands of the Redis protocol that look at keys and do not go through the writer: answered at once, or by a
 * {@link ResultStream} that is begun here. Owned by one event loop.
 */
final class RespReads
{
    private static final int KEY = 1;
    private static final int DEFAULT_SCAN_COUNT = 10;
    /** Keys that one SCAN looks at, whatever it asks for: about a millisecond. */
    private static final int SCAN_COUNT_MAX = 1000;
    /** Entries that one SCAN looks at, deleted ones included, and those that take long to compare counted as more. */
    private static final int SCAN_ENTRY_COUNT_MAX = 4096;
    /** Bytes of keys after which a SCAN answers. */
    private static final int SCAN_LENGTH_MAX = 64 * 1024;
    private static final int UNSIGNED_BYTE_MASK = 0xFF;
    private static final String PATTERN_TOO_LONG = "ERR pattern is too long from its first special byte on: max=" +
        RespKeyWalk.TAIL_LENGTH_MAX;

    private final LoopServices loop;
    private final RespRequest request;
    private final RespWriter out;
    private final RespReplies replies;
    private final RespTable table;
    private final RespSender sender;
    private final AccessCounters counters;
    private final RespWriter found = new RespWriter();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final EntryView value = new EntryView();
    private ClientState client;
    private StoreReader reader;
    private int frameLength;

    RespReads(
        final LoopServices loop,
        final RespRequest request,
        final RespWriter out,
        final RespReplies replies,
        final RespTable table,
        final RespSender sender,
        final AccessCounters counters)
    {
        this.loop = loop;
        this.request = request;
        this.out = out;
        this.replies = replies;
        this.table = table;
        this.sender = sender;
        this.counters = counters;
    }

    /**
     * Answers a command, or begins to.
     *
     * @param asking      connection to which nothing is owed.
     * @param command     whose number of parts is right.
     * @param lengthBytes of the frame that it came in.
     * @return null, or what is wrong with it.
     */
    String begin(final ClientState asking, final RespCommand command, final int lengthBytes)
    {
        client = asking;
        frameLength = lengthBytes;
        reader = loop.reader();
        return switch (command)
        {
            case EXISTS, TOUCH -> exists(command);
            case MGET -> multiGet();
            case KEYS -> keys(request.bytes(KEY), false);
            case DBSIZE -> keys(null, true);
            case FLUSHDB, FLUSHALL -> flush(command);
            case SCAN -> scan();
            default -> point(command);
        };
    }

    private boolean mayTouch(final int part)
    {
        key.wrap(request.buffer(), request.offset(part), request.length(part));
        return !client.principal().isScoped() || AccessRules.allowsKey(
            client.principal(), reader, table.keyspace(), key, 0, request.length(part));
    }

    private boolean get(final int part)
    {
        key.wrap(request.buffer(), request.offset(part), request.length(part));
        return RespTable.isKeyLength(request.length(part)) &&
            reader.get(table.keyspace(), key, 0, request.length(part), value);
    }

    private boolean mayTouchAll()
    {
        boolean mayTouch = true;
        for (int part = KEY; part < request.count() && mayTouch; part++)
        {
            mayTouch = mayTouch(part);
        }
        return mayTouch;
    }

    private String point(final RespCommand command)
    {
        if (!mayTouch(KEY))
        {
            return RespErrors.NO_KEY_PERMISSION;
        }
        final boolean isFound = get(KEY);
        loop.audit().absent(!isFound);
        switch (command)
        {
            case STRLEN -> out.number(isFound ? value.value().capacity() : 0);
            case TYPE -> out.simple(isFound ? "string" : "none");
            case TTL -> replies.expiry(RespForm.TTL_S, isFound, value.expiryMs());
            case PTTL -> replies.expiry(RespForm.TTL_MS, isFound, value.expiryMs());
            case EXPIRETIME -> replies.expiry(RespForm.EXPIRY_S, isFound, value.expiryMs());
            case PEXPIRETIME -> replies.expiry(RespForm.EXPIRY_MS, isFound, value.expiryMs());
            default -> {
                return range(isFound);
            }
        }
        return null;
    }

    private String range(final boolean isFound)
    {
        if (!request.tryNumber(KEY + 1))
        {
            return RespErrors.NOT_AN_INTEGER;
        }
        final long first = request.number();
        if (!request.tryNumber(KEY + 2))
        {
            return RespErrors.NOT_AN_INTEGER;
        }
        replies.range(value.value(), 0, isFound ? value.value().capacity() : 0, first, request.number());
        return null;
    }

    private String exists(final RespCommand command)
    {
        if (request.count() - KEY > ResultStream.ENTRIES_PER_SLICE)
        {
            return isTooMuchHeld()
                ? RespErrors.TOO_MANY_HELD
                : hold(new RespExistsStream(newTarget(), manyKeys(command), out, replies, client.resp().version()));
        }
        if (!mayTouchAll())
        {
            return RespErrors.NO_KEY_PERMISSION;
        }
        int count = 0;
        for (int part = KEY; part < request.count(); part++)
        {
            count += get(part) ? 1 : 0;
        }
        out.number(count);
        return null;
    }

    /** Whether all that may be kept of requests is kept; asked before a snapshot is taken. */
    private boolean isTooMuchHeld()
    {
        return !loop.heldRequests().hasRoomFor(heldLength());
    }

    /** Begins a result that keeps something of its request. */
    private String hold(final ResultStream stream)
    {
        client.addStream(loop.heldRequests().hold(stream, heldLength()));
        return null;
    }

    /** What is kept of a request at most: all of its bytes, and where each part is. */
    private int heldLength()
    {
        return frameLength + request.count() * RespKeyList.BYTES_PER_KEY;
    }

    private ResultTarget newTarget()
    {
        return new ResultTarget(
            client.session(), 0, loop.nowNs() + loop.context().snapshotAgeMaxNs(), ErrorCode.SNAPSHOT_EXPIRED);
    }

    private RespManyKeys manyKeys(final RespCommand command)
    {
        return new RespManyKeys(loop, counters, client, command, new RespKeyList(request, KEY), table.keyspace());
    }

    private String multiGet()
    {
        // Many are looked through by the stream.
        if (request.count() - KEY <= ResultStream.ENTRIES_PER_SLICE && !mayTouchAll())
        {
            return RespErrors.NO_KEY_PERMISSION;
        }
        return isTooMuchHeld()
            ? RespErrors.TOO_MANY_HELD
            : hold(
                new RespMultiGetStream(
                    newTarget(), manyKeys(RespCommand.MGET), out, replies, client.resp().version()));
    }

    // --- all keys, or those that match ---

    /** Whether a user may know about all keys that begin like a pattern. */
    private boolean mayWalk(final byte[] glob)
    {
        if (!client.principal().isScoped())
        {
            return true;
        }
        final byte[] prefix = RespKeyWalk.prefix(glob);
        int last = prefix.length - 1;
        while (last >= 0 && (prefix[last] & UNSIGNED_BYTE_MASK) == UNSIGNED_BYTE_MASK)
        {
            last--;
        }
        final byte[] bounds = new byte[prefix.length + last + 1];
        System.arraycopy(prefix, 0, bounds, 0, prefix.length);
        System.arraycopy(prefix, 0, bounds, prefix.length, last + 1);
        if (last >= 0)
        {
            bounds[bounds.length - 1]++;
        }
        key.wrap(bounds);
        return AccessRules.allowsRange(
            client.principal(), reader, table.keyspace(), key, 0, prefix.length, prefix.length,
            last < 0 ? AccessRules.NO_END : last + 1);
    }

    private String keys(final byte[] glob, final boolean isCountAlone)
    {
        if (glob != null && RespKeyWalk.isTooLong(glob))
        {
            return PATTERN_TOO_LONG;
        }
        if (!mayWalk(glob))
        {
            return RespErrors.NO_KEY_PERMISSION;
        }
        return isTooMuchHeld()
            ? RespErrors.TOO_MANY_HELD
            : hold(
                new RespKeysStream(
                    newTarget(), new RespKeyWalk(reader.snapshot(), table.keyspace(), glob), out, replies,
                    client.resp().version(), isCountAlone));
    }

    private String flush(final RespCommand command)
    {
        if (request.count() > KEY + 1 || request.count() > KEY && !request.is(KEY, "ASYNC") && !request.is(KEY, "SYNC"))
        {
            return RespErrors.SYNTAX;
        }
        if (!client.principal().mayWrite() || !mayWalk(null))
        {
            return RespErrors.noPermission(command.text());
        }
        final RespKeyWalk walk = new RespKeyWalk(reader.snapshot(), table.keyspace(), null);
        if (!loop.sqlDesk().tryBeginGathering())
        {
            walk.close();
            return "ERR " + SqlDesk.TOO_MANY_GATHERING;
        }
        client.addStream(
            new RespFlushStream(
                newTarget(), walk, table.keyspace(), loop, sender, out, replies, client, command));
        return null;
    }

    /** A part of what FLUSHDB deletes is deleted. */
    void onDeleted(final ClientState flushing, final Completion completion)
    {
        ResultStream stream = flushing.firstStream();
        if (stream instanceof final TimedStream timed)
        {
            stream = timed.stream();
        }
        if (stream instanceof final RespFlushStream flush)
        {
            flush.onDeleted(completion.status());
        }
    }

    private String scan()
    {
        final RespScanCursors cursors = loop.context().respScanCursors();
        if (!request.tryNumber(KEY) || request.number() < 0)
        {
            return "ERR invalid cursor";
        }
        final byte[] from = request.number() == 0 ? null : cursors.find(request.number());
        if (from == null && request.number() != 0)
        {
            return "ERR invalid cursor";
        }
        byte[] glob = null;
        boolean isOfStrings = true;
        long count = DEFAULT_SCAN_COUNT;
        for (int part = KEY + 1; part < request.count(); part += 2)
        {
            if (part + 1 == request.count())
            {
                return RespErrors.SYNTAX;
            }
            if (request.is(part, "MATCH"))
            {
                glob = request.bytes(part + 1);
            }
            else if (request.is(part, "TYPE"))
            {
                isOfStrings = request.is(part + 1, "STRING");
            }
            else if (!request.is(part, "COUNT"))
            {
                return RespErrors.SYNTAX;
            }
            else if (!request.tryNumber(part + 1))
            {
                return RespErrors.NOT_AN_INTEGER;
            }
            else if (request.number() < 1)
            {
                return RespErrors.SYNTAX;
            }
            else
            {
                count = request.number();
            }
        }
        if (glob != null && RespKeyWalk.isTooLong(glob))
        {
            return PATTERN_TOO_LONG;
        }
        return mayWalk(glob) ? walk(cursors, from, glob, isOfStrings, count) : RespErrors.NO_KEY_PERMISSION;
    }

    private String walk(
        final RespScanCursors cursors, final byte[] from, final byte[] glob, final boolean isOfStrings,
        final long asked)
    {
        final int countMax = (int) Math.min(asked, SCAN_COUNT_MAX);
        int count = 0;
        int entryCount = 0;
        int foundCount = 0;
        found.begin(client.resp().version());
        try (RespKeyWalk walk = new RespKeyWalk(reader.snapshot(), table.keyspace(), glob))
        {
            walk.begin(from);
            while (walk.isOnEntry() && count < countMax && entryCount < SCAN_ENTRY_COUNT_MAX &&
                found.length() < SCAN_LENGTH_MAX)
            {
                if (isOfStrings && walk.isMatch())
                {
                    found.bulk(walk.keyBuffer(), walk.keyOffset(), walk.keyLength());
                    foundCount++;
                }
                count += walk.isTombstone() ? 0 : 1;
                entryCount += walk.entryCost();
                walk.advance();
            }
            out.array(2).bulk(Long.toString(walk.isOnEntry() ? cursors.keep(walk.keyBytes()) : 0)).array(foundCount)
                .raw(found);
        }
        return null;
    }
}
