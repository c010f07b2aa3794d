package org.velocitydb.transport;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.IntFunction;

import org.agrona.BitUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.velocitydb.transport.network.Network;
import org.velocitydb.transport.network.NioNetwork;

/**
 * Everything that can be chosen about a {@link Transport}. Set what differs from the defaults and hand it to {@link
 * Transport#open(TransportContext)} or {@link Transport#launch(TransportContext)}, which conclude it; afterwards
 * nothing changes but what {@link Transport} has a method for.
 */
public final class TransportContext
{
    private InetSocketAddress bindAddress;
    /** Null where there is no such listener. */
    private InetSocketAddress scannedBindAddress;
    private Network network;
    private Network additionalNetwork;
    private InetSocketAddress additionalAddress;
    private NanoClock nanoClock;
    private ErrorHandler errorHandler;
    private IntFunction<? extends SessionHandler> sessionHandlers;
    private TlsSettings tls;
    private boolean isConcluded;
    private int loopCount = TransportConfiguration.LOOP_COUNT_DEFAULT;
    /** Changed at run time by {@link Transport#maxConnections(int)}, read by the loop that accepts. */
    private volatile int maxConnections = TransportConfiguration.MAX_CONNECTIONS_DEFAULT;
    private int maxRefusedConnections = TransportConfiguration.MAX_REFUSED_CONNECTIONS_DEFAULT;
    private int acceptLimit = TransportConfiguration.ACCEPT_LIMIT_DEFAULT;
    private int frameLimitPerCycle = TransportConfiguration.FRAME_LIMIT_PER_CYCLE_DEFAULT;
    private int initialFrameLimit = TransportConfiguration.INITIAL_FRAME_LIMIT_DEFAULT;
    private int maxFrameLength = TransportConfiguration.MAX_FRAME_LENGTH_DEFAULT;
    private int maxOutputBytes = TransportConfiguration.MAX_OUTPUT_BYTES_DEFAULT;
    private int receiveBufferLength = TransportConfiguration.RECEIVE_BUFFER_LENGTH_DEFAULT;
    private long bufferPoolBytes = TransportConfiguration.BUFFER_POOL_BYTES_DEFAULT;
    private int maxConnectionsPerAddress = TransportConfiguration.MAX_CONNECTIONS_PER_ADDRESS_DEFAULT;
    private int initialOutputBytes = TransportConfiguration.INITIAL_OUTPUT_BYTES_DEFAULT;
    private SessionTimeouts timeouts = new SessionTimeouts();
    private Runnable handshakesStart = () ->
    {
    };

    /**
     * Checks every value and fills the defaults in. Runs once.
     *
     * @return this context.
     * @throws IllegalStateException    when it was concluded before.
     * @throws IllegalArgumentException for a value out of its bounds, quoted with its name.
     */
    public TransportContext conclude()
    {
        if (isConcluded)
        {
            throw new IllegalStateException("transport context is concluded already: use one for each transport");
        }
        isConcluded = true;
        concludeCollaborators();
        concludeCounts();
        concludeLengths();
        timeouts.conclude();
        return this;
    }

    /**
     * How TLS is spoken.
     *
     * @return the settings, or null where it is not.
     */
    public TlsSettings tls()
    {
        return tls;
    }

    /**
     * How TLS is spoken; not at all unless this is set.
     *
     * @param value the settings, or null.
     * @return this context.
     */
    public TransportContext tls(final TlsSettings value)
    {
        tls = value;
        return this;
    }

    /**
     * Where to listen; port 0 lets the system choose. Required.
     *
     * @return the address.
     */
    public InetSocketAddress bindAddress()
    {
        return bindAddress;
    }

    /**
     * Where to listen; port 0 lets the system choose. Required.
     *
     * @param value the address.
     * @return this context.
     */
    public TransportContext bindAddress(final InetSocketAddress value)
    {
        bindAddress = value;
        return this;
    }

    /**
     * Where connections come from; TCP of this machine by default.
     *
     * @return the network.
     */
    public Network network()
    {
        return network;
    }

    /**
     * Where connections come from; TCP of this machine by default.
     *
     * @param value the network.
     * @return this context.
     */
    public TransportContext network(final Network value)
    {
        network = value;
        return this;
    }

    /**
     * Another network to listen on, with an event loop of its own behind the {@link #loopCount()} others. Limits are
     * those of all loops together. TLS is not spoken there.
     *
     * @param value   the network, or null for none.
     * @param address to listen on.
     * @return this context.
     */
    public TransportContext additionalNetwork(final Network value, final InetSocketAddress address)
    {
        additionalNetwork = value;
        additionalAddress = address;
        return this;
    }

    /**
     * Another network to listen on.
     *
     * @return the network, or null.
     */
    public Network additionalNetwork()
    {
        return additionalNetwork;
    }

    /**
     * Where to listen on the other network.
     *
     * @return the address.
     */
    public InetSocketAddress additionalAddress()
    {
        return additionalAddress;
    }

    /**
     * Event loops, that of the other network included.
     *
     * @return the count.
     */
    public int totalLoopCount()
    {
        return additionalNetwork == null ? loopCount : loopCount + 1;
    }

    /**
     * Monotonic clock, read once in each duty cycle; the system's by default.
     *
     * @return the clock.
     */
    public NanoClock nanoClock()
    {
        return nanoClock;
    }

    /**
     * Monotonic clock, read once in each duty cycle; the system's by default.
     *
     * @param value the clock.
     * @return this context.
     */
    public TransportContext nanoClock(final NanoClock value)
    {
        nanoClock = value;
        return this;
    }

    /**
     * Told of exceptions that a handler threw and of failing accepts, on the loop's thread. Required.
     *
     * @return the handler.
     */
    public ErrorHandler errorHandler()
    {
        return errorHandler;
    }

    /**
     * Told of exceptions that a handler threw and of failing accepts, on the loop's thread. Required.
     *
     * @param value the handler.
     * @return this context.
     */
    public TransportContext errorHandler(final ErrorHandler value)
    {
        errorHandler = value;
        return this;
    }

    /**
     * Makes the handler of each event loop, given the loop's index. Required.
     *
     * @return the factory.
     */
    public IntFunction<? extends SessionHandler> sessionHandlers()
    {
        return sessionHandlers;
    }

    /**
     * Makes the handler of each event loop, given the loop's index. Required.
     *
     * @param value the factory.
     * @return this context.
     */
    public TransportContext sessionHandlers(final IntFunction<? extends SessionHandler> value)
    {
        sessionHandlers = value;
        return this;
    }

    /**
     * Number of event loops, each with its own sessions. The server knows its cores; the default suits the smallest.
     *
     * @return the value.
     */
    public int loopCount()
    {
        return loopCount;
    }

    /**
     * Number of event loops, each with its own sessions. The server knows its cores; the default suits the smallest.
     *
     * @param value 1 or more.
     * @return this context.
     */
    public TransportContext loopCount(final int value)
    {
        loopCount = value;
        return this;
    }

    /**
     * Most sessions at a time over all loops.
     *
     * @return the value.
     */
    public int maxConnections()
    {
        return maxConnections;
    }

    /**
     * Most sessions at a time over all loops.
     *
     * @param value 1 or more.
     * @return this context.
     */
    public TransportContext maxConnections(final int value)
    {
        maxConnections = value;
        return this;
    }

    /**
     * Most connections at a time that are over the limit and wait to be told so; further ones are closed at once.
     *
     * @return the value.
     */
    public int maxRefusedConnections()
    {
        return maxRefusedConnections;
    }

    /**
     * Most connections at a time that are over the limit and wait to be told so; further ones are closed at once.
     *
     * @param value 0 or more.
     * @return this context.
     */
    public TransportContext maxRefusedConnections(final int value)
    {
        maxRefusedConnections = value;
        return this;
    }

    /**
     * Most connections accepted in one duty cycle, so that a flood of them does not delay the others' frames.
     *
     * @return the value.
     */
    public int acceptLimit()
    {
        return acceptLimit;
    }

    /**
     * Most connections accepted in one duty cycle, so that a flood of them does not delay the others' frames.
     *
     * @param value 1 or more.
     * @return this context.
     */
    public TransportContext acceptLimit(final int value)
    {
        acceptLimit = value;
        return this;
    }

    /**
     * Most frames of one session handed over in one duty cycle, so that one peer's pipeline does not delay the others.
     *
     * @return the value.
     */
    public int frameLimitPerCycle()
    {
        return frameLimitPerCycle;
    }

    /**
     * Most frames of one session handed over in one duty cycle, so that one peer's pipeline does not delay the others.
     *
     * @param value 1 or more.
     * @return this context.
     */
    public TransportContext frameLimitPerCycle(final int value)
    {
        frameLimitPerCycle = value;
        return this;
    }

    /**
     * Longest frame in bytes that a new session may send, until the handler raises it.
     *
     * @return the value.
     */
    public int initialFrameLimit()
    {
        return initialFrameLimit;
    }

    /**
     * Longest frame in bytes that a new session may send, until the handler raises it.
     *
     * @param value at most maxFrameLength.
     * @return this context.
     */
    public TransportContext initialFrameLimit(final int value)
    {
        initialFrameLimit = value;
        return this;
    }

    /**
     * Longest frame in bytes in either direction: the longest value of 64 MiB and 1 MiB for what comes with it.
     *
     * @return the value.
     */
    public int maxFrameLength()
    {
        return maxFrameLength;
    }

    /**
     * Longest frame in bytes in either direction: the longest value of 64 MiB and 1 MiB for what comes with it.
     *
     * @param value at least initialFrameLimit.
     * @return this context.
     */
    public TransportContext maxFrameLength(final int value)
    {
        maxFrameLength = value;
        return this;
    }

    /**
     * Bytes of answers waiting in one session above which nothing more is read from it. Answers to what was read before
     * are still taken up to twice as many.
     *
     * @return the value.
     */
    public int maxOutputBytes()
    {
        return maxOutputBytes;
    }

    /**
     * Bytes of answers waiting in one session above which nothing more is read from it. Answers to what was read before
     * are still taken up to twice as many.
     *
     * @param value 1 or more.
     * @return this context.
     */
    public TransportContext maxOutputBytes(final int value)
    {
        maxOutputBytes = value;
        return this;
    }

    /**
     * Bytes read from one connection in one system call, into a buffer that the loop's sessions share.
     *
     * @return the value.
     */
    public int receiveBufferLength()
    {
        return receiveBufferLength;
    }

    /**
     * Bytes read from one connection in one system call, into a buffer that the loop's sessions share.
     *
     * @param value a power of two, at least MIN_RECEIVE_BUFFER_LENGTH.
     * @return this context.
     */
    public TransportContext receiveBufferLength(final int value)
    {
        receiveBufferLength = value;
        return this;
    }

    /**
     * Bytes of all buffers that hold what was not handed over or not sent yet, over all loops.
     *
     * @return the value.
     */
    public long bufferPoolBytes()
    {
        return bufferPoolBytes;
    }

    /**
     * Bytes of all buffers that hold what was not handed over or not sent yet, over all loops.
     *
     * @param value at least three of the longest frames, and four receive buffers for each loop.
     * @return this context.
     */
    public TransportContext bufferPoolBytes(final long value)
    {
        bufferPoolBytes = value;
        return this;
    }

    /**
     * How long a peer may take for what.
     *
     * @return the timeouts, to be changed before this is concluded.
     */
    public SessionTimeouts timeouts()
    {
        return timeouts;
    }

    /**
     * How long a peer may take for what.
     *
     * @param value for this transport alone.
     * @return this context.
     */
    public TransportContext timeouts(final SessionTimeouts value)
    {
        timeouts = Objects.requireNonNull(value, "timeouts");
        return this;
    }

    /**
     * Most connections at a time from one address; 0 for as many as there may be at all.
     *
     * @return the value.
     */
    public int maxConnectionsPerAddress()
    {
        return maxConnectionsPerAddress;
    }

    /**
     * Most connections at a time from one address; 0 for as many as there may be at all.
     *
     * @param value 0 or more.
     * @return this context.
     */
    public TransportContext maxConnectionsPerAddress(final int value)
    {
        maxConnectionsPerAddress = value;
        return this;
    }

    /**
     * Bytes of answers waiting in a session that is not admitted yet above which nothing more is read from it.
     *
     * @return the value.
     */
    public int initialOutputBytes()
    {
        return initialOutputBytes;
    }

    /**
     * What the thread that computes TLS handshakes does first, to step back behind other threads for example.
     *
     * @return the value.
     */
    public Runnable handshakesStart()
    {
        return handshakesStart;
    }

    /**
     * What the thread that computes TLS handshakes does first, to step back behind other threads for example.
     *
     * @param value called on that thread; nothing by default.
     * @return this context.
     */
    public TransportContext handshakesStart(final Runnable value)
    {
        handshakesStart = value;
        return this;
    }

    /**
     * Bytes of answers waiting in a session that is not admitted yet above which nothing more is read from it.
     *
     * @param value 1 or more.
     * @return this context.
     */
    public TransportContext initialOutputBytes(final int value)
    {
        initialOutputBytes = value;
        return this;
    }

    /**
     * Where sessions are taken, too, whose frames {@link SessionHandler#scanner()} finds.
     *
     * @return the address, or null for nowhere.
     */
    public InetSocketAddress scannedBindAddress()
    {
        return scannedBindAddress;
    }

    /**
     * Sets where sessions are taken, too, whose frames {@link SessionHandler#scanner()} finds.
     *
     * @param value address, or null for nowhere.
     * @return this.
     */
    public TransportContext scannedBindAddress(final InetSocketAddress value)
    {
        scannedBindAddress = value;
        return this;
    }

    private void concludeCollaborators()
    {
        Objects.requireNonNull(bindAddress, "transport.bindAddress");
        Objects.requireNonNull(errorHandler, "transport.errorHandler");
        Objects.requireNonNull(sessionHandlers, "transport.sessionHandlers");
        network = network != null ? network : new NioNetwork();
        nanoClock = nanoClock != null ? nanoClock : SystemNanoClock.INSTANCE;
    }

    private void concludeCounts()
    {
        requireAtLeast("loopCount", loopCount, 1);
        requireAtLeast("maxConnections", maxConnections, 1);
        requireAtLeast("maxConnectionsPerAddress", maxConnectionsPerAddress, 0);
        requireAtLeast("maxRefusedConnections", maxRefusedConnections, 0);
        requireAtLeast("acceptLimit", acceptLimit, 1);
        requireAtLeast("frameLimitPerCycle", frameLimitPerCycle, 1);
    }

    private void concludeLengths()
    {
        requireAtLeast("receiveBufferLength", receiveBufferLength, TransportConfiguration.MIN_RECEIVE_BUFFER_LENGTH);
        if (!BitUtil.isPowerOfTwo(receiveBufferLength))
        {
            throw rejected("receiveBufferLength", "a power of two", receiveBufferLength);
        }
        requireAtLeast("initialFrameLimit", initialFrameLimit, FrameLayout.MAX_HEADER_LENGTH);
        requireAtLeast("maxFrameLength", maxFrameLength, initialFrameLimit);
        requireAtLeast("maxOutputBytes", maxOutputBytes, 1);
        requireAtLeast("initialOutputBytes", initialOutputBytes, 1);
        requireAtLeast(
            "bufferPoolBytes", bufferPoolBytes, 3L * maxFrameLength + 4L * receiveBufferLength * totalLoopCount());
    }

    static void requireAtLeast(final String name, final long value, final long bound)
    {
        if (value < bound)
        {
            throw rejected(name, "at least " + bound, value);
        }
    }

    private static IllegalArgumentException rejected(final String name, final String rule, final long value)
    {
        return new IllegalArgumentException(
            TransportConfiguration.PREFIX + name + " must be " + rule + ": value=" + value);
    }
}
