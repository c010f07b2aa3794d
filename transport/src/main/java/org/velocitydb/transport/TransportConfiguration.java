package org.velocitydb.transport;

import java.util.concurrent.TimeUnit;

/**
 * What a {@link TransportContext} and its {@link SessionTimeouts} hold where nothing is set, and bounds.
 */
public final class TransportConfiguration
{
    /** Prefix of every name in messages about rejected values. */
    public static final String PREFIX = "transport.";
    /** Smallest receive buffer: a small one costs system calls, and no frame header may be longer. */
    public static final int MIN_RECEIVE_BUFFER_LENGTH = 4 * 1024;
    /**
     * Number of event loops, each with its own sessions. The server knows its cores; the default suits the
     * smallest.
     */
    public static final int LOOP_COUNT_DEFAULT = 1;
    /** Most sessions at a time over all loops. */
    public static final int MAX_CONNECTIONS_DEFAULT = 10_000;
    /**
     * Most connections at a time that are over the limit and wait to be told so; further ones are closed at
     * once.
     */
    public static final int MAX_REFUSED_CONNECTIONS_DEFAULT = 64;
    /** Most connections accepted in one duty cycle, so that a flood of them does not delay the others' frames. */
    public static final int ACCEPT_LIMIT_DEFAULT = 16;
    /**
     * Most frames of one session handed over in one duty cycle, so that one peer's pipeline does not delay the
     * others.
     */
    public static final int FRAME_LIMIT_PER_CYCLE_DEFAULT = 256;
    /** Longest frame in bytes that a new session may send, until the handler raises it. */
    public static final int INITIAL_FRAME_LIMIT_DEFAULT = 64 * 1024;
    /**
     * Longest frame in bytes in either direction: the longest value of 64 MiB and 1 MiB for what comes with
     * it.
     */
    public static final int MAX_FRAME_LENGTH_DEFAULT = 65 * 1024 * 1024;
    /**
     * Bytes of answers waiting in one session above which nothing more is read from it. Answers to what was
     * read before are still taken up to twice as many.
     */
    public static final int MAX_OUTPUT_BYTES_DEFAULT = 1024 * 1024;
    /** Bytes read from one connection in one system call, into a buffer that the loop's sessions share. */
    public static final int RECEIVE_BUFFER_LENGTH_DEFAULT = 128 * 1024;
    /** Bytes of all buffers that hold what was not handed over or not sent yet, over all loops. */
    public static final long BUFFER_POOL_BYTES_DEFAULT = 256L * 1024 * 1024;
    /** How long a session may neither send nor receive anything, in nanoseconds; 0 for ever. */
    public static final long IDLE_TIMEOUT_NS_DEFAULT = 0;
    /** How long a watched peer may be silent in nanoseconds until it is asked whether it is there; 0 for ever. */
    public static final long PING_INTERVAL_NS_DEFAULT = 0;
    /** How long a connection may take to send its whole first frame, in nanoseconds. */
    public static final long HANDSHAKE_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(10);
    /**
     * How long a peer that sent a part of a frame may take for the rest, or for the next 16 KiB of it, in
     * nanoseconds: its part occupies memory.
     */
    public static final long FRAME_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(30);
    /** How long a peer may take for the answers that wait for it, or for 16 KiB of them, in nanoseconds. */
    public static final long OUTPUT_STALL_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(30);
    /**
     * Longest time in nanoseconds between the decision to close and the close, in which answers are flushed
     * and the peer may end its stream.
     */
    public static final long CLOSE_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(2);
    /** Most connections at a time from one address; 0 for as many as there may be at all. */
    public static final int MAX_CONNECTIONS_PER_ADDRESS_DEFAULT = 0;
    /** Bytes of answers waiting in a session that is not admitted yet above which nothing more is read from it. */
    public static final int INITIAL_OUTPUT_BYTES_DEFAULT = 8 * 1024;
    /**
     * How long a session may take to be admitted by the handler, in nanoseconds; 0 where every session is from the
     * beginning.
     */
    public static final long LOGIN_TIMEOUT_NS_DEFAULT = 0;
    /** How often the loop looks for sessions whose time is over, in nanoseconds; timeouts are exact to this. */
    public static final long SWEEP_INTERVAL_NS_DEFAULT = TimeUnit.MILLISECONDS.toNanos(100);

    private TransportConfiguration()
    {
    }
}
