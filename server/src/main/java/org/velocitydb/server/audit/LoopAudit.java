package org.velocitydb.server.audit;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * One event loop's side of the audit log. The loop says what happens; this makes events of it and puts them into a ring
 * from which the audit agent takes them. It touches no file, takes no lock, and allocates nothing for requests.
 *
 * <p>A write is known when it is sent and decided when it is answered. Its event is kept in between ({@link
 * PendingWrites}), with the room that it will need in the ring set aside.
 *
 * <p>With {@link AuditFullPolicy#BLOCK} the loop asks {@link #holds} before it takes a frame, and takes none while
 * there is no room for whatever event may come of it: the transport shows the frame again later and reads nothing more
 * from that connection. So an answer, once it comes, always finds room. What comes without being asked for (an outcome
 * of a login, the end of a connection) waits in a list, which is bounded: no login is begun and no frame taken
 * meanwhile, and bare connections beyond {@link #WAITING_CONNECTS_MAX} are counted as dropped.
 *
 * <p>All methods but {@link #droppedCount()}, {@link #heldCount()} and {@link #ring()} are the event loop's, until it
 * has ended; then they are those of whoever closes the log.
 */
public final class LoopAudit
{
    /** Of a node without an audit log. */
    public static final LoopAudit OFF = new LoopAudit();

    /** Room in the ring below which frames are held: an event, the unused end of the ring, and some to spare. */
    private static final int HEADROOM = 4 * AuditEventDescriptor.LENGTH_MAX;
    /** Connections that come and go while the log is held up and are still to be logged. */
    private static final int WAITING_CONNECTS_MAX = 4096;
    private static final String UNKNOWN = "UNKNOWN";
    private static final String OK = "OK";

    private final AuditScope scope;
    private final boolean isBlocking;
    private final EpochClock clock;
    private final OneToOneRingBuffer ring;
    private final PendingWrites pending;
    private final EventEncoder encoder = new EventEncoder();
    private final Long2ObjectHashMap<ConnectionIdentity> identities = new Long2ObjectHashMap<>();
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    /** Written by the event loop alone, as all counters here. */
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong held = new AtomicLong();

    private LoopAudit()
    {
        scope = null;
        isBlocking = false;
        clock = null;
        ring = null;
        pending = null;
    }

    LoopAudit(final AuditContext context)
    {
        scope = context.scope();
        isBlocking = context.whenFull() == AuditFullPolicy.BLOCK;
        clock = context.epochClock();
        ring = new OneToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            context.ringBytes() + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
        pending = new PendingWrites(context.ringBytes() / 2);
    }

    /**
     * Whether events of a scope are logged.
     *
     * @param asked of the event.
     * @return false where there is no log, or it is about less.
     */
    public boolean logs(final AuditScope asked)
    {
        return scope != null && scope.includes(asked);
    }

    /**
     * Whether a connection's next frame has to wait until the log has room for what may come of it.
     *
     * @param isLoggedIn whether somebody is logged in on it: where logins alone are logged, the others' frames go on.
     * @return true if it is to be shown again later.
     */
    public boolean holds(final boolean isLoggedIn)
    {
        if (!isBlocking || scope == AuditScope.LOGINS && isLoggedIn || hasRoom())
        {
            return false;
        }
        held.lazySet(held.getPlain() + 1);
        return true;
    }

    private boolean hasRoom()
    {
        return waiting.isEmpty() && roomBytes() >= HEADROOM && pending.hasRoom();
    }

    private int roomBytes()
    {
        return ring.capacity() - ring.size() - pending.usedBytes();
    }

    /**
     * Puts what had to wait into the ring, as far as there is room. Once in each duty cycle.
     *
     * @return how much was moved.
     */
    public int doWork()
    {
        int workCount = 0;
        while (scope != null && !waiting.isEmpty() && roomBytes() >= HEADROOM)
        {
            final byte[] event = waiting.pollFirst();
            ring.write(AuditEventDescriptor.MESSAGE_TYPE, new UnsafeBuffer(event), 0, event.length);
            workCount++;
        }
        return workCount;
    }

    // --- connections ---

    /**
     * A connection came.
     *
     * @param connectionId of it.
     * @param address      of the peer.
     */
    public void connected(final long connectionId, final InetSocketAddress address)
    {
        if (scope == null)
        {
            return;
        }
        identities.put(connectionId, ConnectionIdentity.of(address));
        if (logs(AuditScope.ALL))
        {
            begin(AuditKind.CONNECT, connectionId, AuditEventDescriptor.NO_REQUEST);
            publishUnasked(OK, waiting.size() < WAITING_CONNECTS_MAX);
        }
    }

    /**
     * A login was decided, or refused before it was.
     *
     * @param connectionId that it came on.
     * @param user         who, as the client wrote it.
     * @param status       what was found.
     * @param isAccepted   whether the connection is the user's from here on.
     */
    public void login(final long connectionId, final String user, final String status, final boolean isAccepted)
    {
        if (scope == null)
        {
            return;
        }
        final ConnectionIdentity named = login(connectionId, user.getBytes(StandardCharsets.UTF_8), isAccepted
            ? OK
            : status);
        if (isAccepted && identities.containsKey(connectionId))
        {
            identities.put(connectionId, named);
        }
    }

    /**
     * A login was refused before anybody looked at the password.
     *
     * @param connectionId that it came on.
     * @param frame        that holds the name.
     * @param offset       of the name.
     * @param length       of the name; what is longer than a name may be is cut.
     * @param status       why.
     */
    public void loginRefused(
        final long connectionId, final ByteBuffer frame, final int offset, final int length, final String status)
    {
        if (scope == null)
        {
            return;
        }
        final byte[] user = new byte[Math.min(length, AuditEventDescriptor.TEXT_LENGTH_MAX)];
        frame.get(offset, user);
        login(connectionId, user, status);
    }

    private ConnectionIdentity login(final long connectionId, final byte[] user, final String status)
    {
        final ConnectionIdentity named = identities.getOrDefault(connectionId, ConnectionIdentity.UNKNOWN)
            .withUser(user);
        encoder.begin(AuditKind.LOGIN, clock.time(), connectionId, AuditEventDescriptor.NO_REQUEST, named);
        publishUnasked(status, true);
        return named;
    }

    /**
     * A connection has gone.
     *
     * @param connectionId of it.
     * @param reason       why.
     */
    public void disconnected(final long connectionId, final String reason)
    {
        if (scope == null)
        {
            return;
        }
        final ConnectionIdentity identity = identities.get(connectionId);
        if (identity != null && (identity.isLoggedIn() || logs(AuditScope.ALL)))
        {
            begin(
                identity.isLoggedIn() ? AuditKind.LOGOUT : AuditKind.DISCONNECT, connectionId,
                AuditEventDescriptor.NO_REQUEST);
            publishUnasked(reason, identity.isLoggedIn() || waiting.size() < WAITING_CONNECTS_MAX);
        }
        identities.remove(connectionId);
    }

    // --- requests ---

    /**
     * Begins an event. Keys follow, and then {@link #publish} or {@link #keep}.
     *
     * @param kind         of it.
     * @param connectionId that it came on.
     * @param request      correlation id, 0 for none.
     */
    public void begin(final AuditKind kind, final long connectionId, final long request)
    {
        final ConnectionIdentity identity = identities.get(connectionId);
        encoder.begin(
            kind, clock.time(), connectionId, request, identity == null ? ConnectionIdentity.UNKNOWN : identity);
    }

    /**
     * Adds what kind of statement it was, before any key.
     *
     * @param statement ASCII; never the statement itself.
     * @param table     that it names, or empty.
     */
    public void statement(final String statement, final String table)
    {
        encoder.statement(statement, table);
    }

    /**
     * Adds a key.
     *
     * @param role     of it.
     * @param keyspace that it is in.
     * @param source   of its bytes.
     * @param offset   of the first.
     * @param length   how many.
     */
    public void key(
        final AuditKeyRole role, final int keyspace, final DirectBuffer source, final int offset, final int length)
    {
        encoder.key(role, keyspace, source, offset, length);
    }

    /**
     * Adds a key of a table that the statement names.
     *
     * @param role   of it.
     * @param source of its bytes.
     * @param offset of the first.
     * @param length how many.
     */
    public void key(final AuditKeyRole role, final DirectBuffer source, final int offset, final int length)
    {
        encoder.key(role, AuditEventDescriptor.NO_KEYSPACE, source, offset, length);
    }

    /**
     * Ends an event whose outcome is known.
     *
     * @param status ASCII.
     */
    public void publish(final String status)
    {
        encoder.status(status);
        if (!ring.write(AuditEventDescriptor.MESSAGE_TYPE, encoder.buffer(), 0, encoder.length()))
        {
            drop();
        }
    }

    /**
     * Ends the event of a write, which is kept until {@link #completed}.
     *
     * @param number by which its answer is found, the request's own or any other that only it has on its connection.
     */
    public void keep(final long number)
    {
        if (!pending.tryAdd(encoder.buffer(), encoder.length(), number))
        {
            drop();
        }
    }

    /**
     * A write was answered.
     *
     * @param connectionId that it came on, which may have gone.
     * @param number       that it was kept with.
     * @param status       ASCII.
     * @param sequence     that it was given, or 0.
     */
    public void completed(final long connectionId, final long number, final String status, final long sequence)
    {
        final int found = scope == null ? PendingWrites.NONE : pending.find(connectionId, number);
        if (found != PendingWrites.NONE)
        {
            complete(found, status, sequence);
        }
    }

    private void complete(final int found, final String status, final long sequence)
    {
        final UnsafeBuffer buffer = pending.buffer();
        final int event = PendingWrites.eventOffset(found);
        buffer.putLong(event + AuditEventDescriptor.SEQUENCE_OFFSET, sequence);
        EventEncoder.putStatus(buffer, event, status);
        if (!ring.write(AuditEventDescriptor.MESSAGE_TYPE, buffer, event, pending.eventLength(found)))
        {
            drop();
        }
        pending.answered(found);
    }

    /** With {@link AuditFullPolicy#BLOCK} nothing asked for has set room aside for this. */
    private void publishUnasked(final String status, final boolean mayWait)
    {
        encoder.status(status);
        final boolean isTaken = (!isBlocking || hasRoom()) &&
            ring.write(AuditEventDescriptor.MESSAGE_TYPE, encoder.buffer(), 0, encoder.length());
        if (isTaken)
        {
            return;
        }
        if (!isBlocking || !mayWait)
        {
            drop();
            return;
        }
        final byte[] event = new byte[encoder.length()];
        encoder.buffer().getBytes(0, event);
        waiting.addLast(event);
    }

    private void drop()
    {
        // Ordered: the agent reads it later, and nothing travels with it.
        dropped.lazySet(dropped.getPlain() + 1);
    }

    // --- the other side ---

    OneToOneRingBuffer ring()
    {
        return ring;
    }

    long droppedCount()
    {
        return dropped.get();
    }

    long heldCount()
    {
        return held.get();
    }

    /**
     * After the loop has ended: one more of the events that are still here, those of writes that were not answered
     * last.
     *
     * @param handler gets it.
     * @return false if there is none.
     */
    boolean takeRemaining(final EventHandler handler)
    {
        if (ring.read((type, buffer, index, length) -> handler.onEvent(buffer, index), 1) > 0)
        {
            return true;
        }
        final byte[] event = waiting.pollFirst();
        if (event != null)
        {
            handler.onEvent(new UnsafeBuffer(event), 0);
            return true;
        }
        final int first = pending.first();
        if (first == PendingWrites.NONE)
        {
            return false;
        }
        EventEncoder.putStatus(pending.buffer(), PendingWrites.eventOffset(first), UNKNOWN);
        handler.onEvent(pending.buffer(), PendingWrites.eventOffset(first));
        pending.answered(first);
        return true;
    }

    /**
     * Gets an event.
     */
    @FunctionalInterface
    interface EventHandler
    {
        /**
         * An event.
         *
         * @param buffer of it, valid during the call.
         * @param offset of it.
         */
        void onEvent(DirectBuffer buffer, int offset);
    }
}
