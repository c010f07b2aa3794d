package org.velocitydb.transport.aeron;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.velocitydb.protocol.aeron.AeronDefaults;

/**
 * Everything that can be chosen about an {@link AeronEndpoint}. Set what differs from the defaults; nothing is changed
 * afterwards.
 */
public final class AeronContext
{
    /**
     * How long the media driver waits for the heartbeat of a client before it takes it for dead, in nanoseconds.
     * Aeron's own default.
     */
    public static final long CLIENT_LIVENESS_TIMEOUT_NS_DEFAULT = TimeUnit.SECONDS.toNanos(10);

    private Path directory = AeronDefaults.directory();
    private boolean isDriverEmbedded = true;
    private boolean isIpc;
    private InetSocketAddress udpAddress;
    private int streamId = AeronDefaults.STREAM_ID;
    private int maxSessionCount = Integer.MAX_VALUE;
    private long clientLivenessTimeoutNs = CLIENT_LIVENESS_TIMEOUT_NS_DEFAULT;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private ErrorHandler errorHandler;

    /**
     * The media driver's directory.
     *
     * @param value one that no other driver has.
     * @return this context.
     */
    public AeronContext directory(final Path value)
    {
        directory = Objects.requireNonNull(value, "aeron.directory");
        return this;
    }

    Path directory()
    {
        return directory;
    }

    /**
     * Whether the media driver runs in this process, which then owns the directory and deletes what an earlier one left
     * there. True by default.
     *
     * @param value false where somebody else runs it.
     * @return this context.
     */
    public AeronContext isDriverEmbedded(final boolean value)
    {
        isDriverEmbedded = value;
        return this;
    }

    boolean isDriverEmbedded()
    {
        return isDriverEmbedded;
    }

    /**
     * Whether clients of the same media driver connect through shared memory. False by default.
     *
     * @param value to set.
     * @return this context.
     */
    public AeronContext isIpc(final boolean value)
    {
        isIpc = value;
        return this;
    }

    boolean isIpc()
    {
        return isIpc;
    }

    /**
     * Where clients connect over UDP; nowhere by default.
     *
     * @param value an address of this machine, or null.
     * @return this context.
     */
    public AeronContext udpAddress(final InetSocketAddress value)
    {
        udpAddress = value;
        return this;
    }

    InetSocketAddress udpAddress()
    {
        return udpAddress;
    }

    /**
     * Stream of the requests.
     *
     * @param value more than 0.
     * @return this context.
     */
    public AeronContext streamId(final int value)
    {
        streamId = value;
        return this;
    }

    int streamId()
    {
        return streamId;
    }

    /**
     * How many peers an embedded driver keeps buffers for over UDP; as many as come by default.
     *
     * @param value more than 0.
     * @return this context.
     */
    public AeronContext maxSessionCount(final int value)
    {
        maxSessionCount = value;
        return this;
    }

    int maxSessionCount()
    {
        return maxSessionCount;
    }

    /**
     * How long an embedded driver waits for the heartbeat of a client before it takes it for dead, in nanoseconds.
     *
     * @param value more than 0.
     * @return this context.
     */
    public AeronContext clientLivenessTimeoutNs(final long value)
    {
        clientLivenessTimeoutNs = value;
        return this;
    }

    long clientLivenessTimeoutNs()
    {
        return clientLivenessTimeoutNs;
    }

    /**
     * Monotonic clock; the system's by default.
     *
     * @param value the clock.
     * @return this context.
     */
    public AeronContext nanoClock(final NanoClock value)
    {
        nanoClock = value;
        return this;
    }

    NanoClock nanoClock()
    {
        return nanoClock;
    }

    /**
     * Told what Aeron and its driver complain of. Required.
     *
     * @param value the handler.
     * @return this context.
     */
    public AeronContext errorHandler(final ErrorHandler value)
    {
        errorHandler = value;
        return this;
    }

    ErrorHandler errorHandler()
    {
        return errorHandler;
    }

    AeronContext conclude()
    {
        Objects.requireNonNull(errorHandler, "aeron.errorHandler");
        if (!isIpc && udpAddress == null)
        {
            throw new IllegalArgumentException("aeron endpoint without a way in: set isIpc or udpAddress");
        }
        if (streamId <= 0)
        {
            throw new IllegalArgumentException("aeron.streamId must be positive: value=" + streamId);
        }
        return this;
    }
}
