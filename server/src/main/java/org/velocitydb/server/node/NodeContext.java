package org.velocitydb.server.node;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.engine.command.KeyspaceName;
import org.velocitydb.protocol.Limits;
import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.users.LoginLimits;
import org.velocitydb.server.users.PasswordVerifier;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.TlsSettings;
import org.velocitydb.transport.TransportConfiguration;
import org.velocitydb.transport.aeron.AeronContext;
import org.velocitydb.transport.network.Network;

/**
 * What a node is made with: the four seams to the outside (files in the store's context, network, clock, entropy) and
 * the limits that it keeps. Set what differs from the defaults; {@link VelocityNode#open(NodeContext)} concludes it,
 * and afterwards it does not change.
 */
public final class NodeContext
{
    private StoreContext store;
    private Network network;
    private InetSocketAddress bindAddress;
    /** Null where the Redis protocol is not spoken. */
    private InetSocketAddress respBindAddress;
    private String respTable = KeyspaceName.DEFAULT;
    private final RespScanCursors respScanCursors = new RespScanCursors();
    private HostIdentity identity;
    private TlsSettings tls;
    private UserDirectory users = UserDirectory.EMPTY;
    private PasswordVerifier passwordVerifier;
    private EntropySource entropy;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private ErrorHandler errorHandler;
    private String version = "unknown";
    private AuditContext audit;
    private AeronContext aeron;
    private int loopCount = 1;
    private int maxConnections = 1000;
    private int rateLimitPerSecond;
    private long slowLogThresholdNs = NodeSettings.NO_SLOW_LOG;
    private ConfigView configView = ConfigView.NONE;
    private long idleTimeoutNs;
    private long snapshotAgeMaxNs = 300_000_000_000L;
    private int outstandingWriteCountMax = 4096;
    private int maxFrameLength = TransportConfiguration.MAX_FRAME_LENGTH_DEFAULT;
    private LoginLimits loginLimits = LoginLimits.NONE;
    private boolean allowPlaintextPasswords;
    private Consumer<String> securityLog = (line) ->
    {
    };
    private NodeLimits limits = new NodeLimits();
    private final LimitCounters limitCounters = new LimitCounters();
    private final SqlCounters sqlCounters = new SqlCounters();
    private RateLimits rateLimits;
    private boolean isConcluded;

    /**
     * Checks that nothing is missing and fixes the values.
     *
     * @throws IllegalStateException when it was concluded before.
     */
    void conclude()
    {
        if (isConcluded)
        {
            throw new IllegalStateException("a node context serves one node");
        }
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(bindAddress, "bindAddress");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(passwordVerifier, "passwordVerifier");
        Objects.requireNonNull(entropy, "entropy");
        Objects.requireNonNull(errorHandler, "errorHandler");
        rateLimits = new RateLimits(limits, nanoClock);
        isConcluded = true;
    }

    private NodeContext changing()
    {
        if (isConcluded)
        {
            throw new IllegalStateException("the node context is concluded");
        }
        return this;
    }

    NodeSettings settings()
    {
        return new NodeSettings(
            maxConnections, rateLimitPerSecond, idleTimeoutNs, slowLogThresholdNs, limits, loginLimits,
            allowPlaintextPasswords);
    }

    SqlCounters sqlCounters()
    {
        return sqlCounters;
    }

    LimitCounters limitCounters()
    {
        return limitCounters;
    }

    /** Longest frame that is taken from whom nobody has logged in. */
    int initialFrameLimit()
    {
        return Math.min(maxFrameLength, Limits.MAX_FRAME_LENGTH_BEFORE_LOGIN);
    }

    /** Where walks over the keys go on; shared by all connections of the node. */
    RespScanCursors respScanCursors()
    {
        return respScanCursors;
    }

    /**
     * Where the Redis protocol is spoken.
     *
     * @param value to set, or null for nowhere.
     * @return this context.
     */
    public NodeContext respBindAddress(final InetSocketAddress value)
    {
        changing().respBindAddress = value;
        return this;
    }

    /**
     * Where the Redis protocol is spoken.
     *
     * @return the address, or null for nowhere.
     */
    public InetSocketAddress respBindAddress()
    {
        return respBindAddress;
    }

    /**
     * The table that the Redis protocol is about.
     *
     * @param value its name.
     * @return this context.
     */
    public NodeContext respTable(final String value)
    {
        changing().respTable = Objects.requireNonNull(value, "respTable");
        return this;
    }

    /**
     * The table that the Redis protocol is about.
     *
     * @return its name.
     */
    public String respTable()
    {
        return respTable;
    }

    String versionText()
    {
        return version;
    }

    /** Shared by all connections of the node. */
    RateLimits rateLimits()
    {
        return rateLimits;
    }

    /**
     * What clients are allowed.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext limits(final NodeLimits value)
    {
        changing().limits = Objects.requireNonNull(value, "limits");
        return this;
    }

    /**
     * What clients are allowed.
     *
     * @return the value.
     */
    public NodeLimits limits()
    {
        return limits;
    }

    byte[] versionBytes()
    {
        return version.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What takes longer is kept in the slow log, in nanoseconds.
     *
     * @param value to set, or {@link NodeSettings#NO_SLOW_LOG}.
     * @return this context.
     */
    public NodeContext slowLogThresholdNs(final long value)
    {
        changing().slowLogThresholdNs = value;
        return this;
    }

    /**
     * What SHOW CONFIG shows.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext configView(final ConfigView value)
    {
        changing().configView = value;
        return this;
    }

    /**
     * What SHOW CONFIG shows.
     *
     * @return the value.
     */
    public ConfigView configView()
    {
        return configView;
    }

    /**
     * The store's settings and files; required.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext store(final StoreContext value)
    {
        changing().store = value;
        return this;
    }

    /**
     * The store's settings and files; required.
     *
     * @return the value.
     */
    public StoreContext store()
    {
        return store;
    }

    /**
     * Where connections come from; required.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext network(final Network value)
    {
        changing().network = value;
        return this;
    }

    /**
     * Where connections come from; required.
     *
     * @return the value.
     */
    public Network network()
    {
        return network;
    }

    /**
     * Where to listen; required.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext bindAddress(final InetSocketAddress value)
    {
        changing().bindAddress = value;
        return this;
    }

    /**
     * Where to listen; required.
     *
     * @return the value.
     */
    public InetSocketAddress bindAddress()
    {
        return bindAddress;
    }

    /**
     * What the server proves itself with; required.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext identity(final HostIdentity value)
    {
        changing().identity = value;
        return this;
    }

    /**
     * What the server proves itself with; required.
     *
     * @return the value.
     */
    public HostIdentity identity()
    {
        return identity;
    }

    /**
     * How TLS is spoken; not at all unless this is set.
     *
     * @param value to set, or null.
     * @return this context.
     */
    public NodeContext tls(final TlsSettings value)
    {
        changing().tls = value;
        return this;
    }

    /**
     * How TLS is spoken.
     *
     * @return the value, or null.
     */
    public TlsSettings tls()
    {
        return tls;
    }

    /**
     * Who may log in.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext users(final UserDirectory value)
    {
        changing().users = value;
        return this;
    }

    /**
     * Who may log in.
     *
     * @return the value.
     */
    public UserDirectory users()
    {
        return users;
    }

    /**
     * How passwords are compared; required.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext passwordVerifier(final PasswordVerifier value)
    {
        changing().passwordVerifier = value;
        return this;
    }

    /**
     * How passwords are compared; required.
     *
     * @return the value.
     */
    public PasswordVerifier passwordVerifier()
    {
        return passwordVerifier;
    }

    /**
     * How clients connect over Aeron; null, as by default, where they do not.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext aeron(final AeronContext value)
    {
        changing().aeron = value;
        return this;
    }

    /**
     * How clients connect over Aeron; null, as by default, where they do not.
     *
     * @return the value.
     */
    public AeronContext aeron()
    {
        return aeron;
    }

    /** Event loops, that of Aeron included. */
    int totalLoopCount()
    {
        return aeron == null ? loopCount : loopCount + 1;
    }

    /**
     * The audit log; null, as by default, for none.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext audit(final AuditContext value)
    {
        changing().audit = value;
        return this;
    }

    /**
     * The audit log; null, as by default, for none.
     *
     * @return the value.
     */
    public AuditContext audit()
    {
        return audit;
    }

    /**
     * Where nonces come from; required.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext entropy(final EntropySource value)
    {
        changing().entropy = value;
        return this;
    }

    /**
     * Where nonces come from; required.
     *
     * @return the value.
     */
    public EntropySource entropy()
    {
        return entropy;
    }

    /**
     * The monotonic clock of limits and deadlines.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext nanoClock(final NanoClock value)
    {
        changing().nanoClock = value;
        return this;
    }

    /**
     * The monotonic clock of limits and deadlines.
     *
     * @return the value.
     */
    public NanoClock nanoClock()
    {
        return nanoClock;
    }

    /**
     * Gets what no client can be told; required.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext errorHandler(final ErrorHandler value)
    {
        changing().errorHandler = value;
        return this;
    }

    /**
     * Gets what no client can be told; required.
     *
     * @return the value.
     */
    public ErrorHandler errorHandler()
    {
        return errorHandler;
    }

    /**
     * The version that clients are told.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext version(final String value)
    {
        changing().version = value;
        return this;
    }

    /**
     * The version that clients are told.
     *
     * @return the value.
     */
    public String version()
    {
        return version;
    }

    /**
     * Event loops.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext loopCount(final int value)
    {
        changing().loopCount = value;
        return this;
    }

    /**
     * Event loops.
     *
     * @return the value.
     */
    public int loopCount()
    {
        return loopCount;
    }

    /**
     * Connections beyond which new ones are refused.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext maxConnections(final int value)
    {
        changing().maxConnections = value;
        return this;
    }

    /**
     * Connections beyond which new ones are refused.
     *
     * @return the value.
     */
    public int maxConnections()
    {
        return maxConnections;
    }

    /**
     * Requests a second on one connection; 0 for no limit.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext rateLimitPerSecond(final int value)
    {
        changing().rateLimitPerSecond = value;
        return this;
    }

    /**
     * Requests a second on one connection; 0 for no limit.
     *
     * @return the value.
     */
    public int rateLimitPerSecond()
    {
        return rateLimitPerSecond;
    }

    /**
     * Time without traffic after which a connection is closed; 0 for none.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext idleTimeoutNs(final long value)
    {
        changing().idleTimeoutNs = value;
        return this;
    }

    /**
     * Time without traffic after which a connection is closed; 0 for none.
     *
     * @return the value.
     */
    public long idleTimeoutNs()
    {
        return idleTimeoutNs;
    }

    /**
     * Time after which a result that its peer does not take is given up.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext snapshotAgeMaxNs(final long value)
    {
        changing().snapshotAgeMaxNs = value;
        return this;
    }

    /**
     * Time after which a result that its peer does not take is given up.
     *
     * @return the value.
     */
    public long snapshotAgeMaxNs()
    {
        return snapshotAgeMaxNs;
    }

    /**
     * Writes that one event loop has under way at most.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext outstandingWriteCountMax(final int value)
    {
        changing().outstandingWriteCountMax = value;
        return this;
    }

    /**
     * Writes that one event loop has under way at most.
     *
     * @return the value.
     */
    public int outstandingWriteCountMax()
    {
        return outstandingWriteCountMax;
    }

    /**
     * Longest frame in either direction.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext maxFrameLength(final int value)
    {
        changing().maxFrameLength = value;
        return this;
    }

    /**
     * Longest frame in either direction.
     *
     * @return the value.
     */
    public int maxFrameLength()
    {
        return maxFrameLength;
    }

    /**
     * How many failed logins are borne, and what follows.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext loginLimits(final LoginLimits value)
    {
        changing().loginLimits = value;
        return this;
    }

    /**
     * How many failed logins are borne, and what follows.
     *
     * @return the value.
     */
    public LoginLimits loginLimits()
    {
        return loginLimits;
    }

    /**
     * Whether passwords are taken over connections that others may read.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext allowPlaintextPasswords(final boolean value)
    {
        changing().allowPlaintextPasswords = value;
        return this;
    }

    /**
     * Whether passwords are taken over connections that others may read.
     *
     * @return the value.
     */
    public boolean allowPlaintextPasswords()
    {
        return allowPlaintextPasswords;
    }

    /**
     * Gets a line for each ban; called on any thread.
     *
     * @param value to set.
     * @return this context.
     */
    public NodeContext securityLog(final Consumer<String> value)
    {
        changing().securityLog = value;
        return this;
    }

    /**
     * Gets a line for each ban; called on any thread.
     *
     * @return the value.
     */
    public Consumer<String> securityLog()
    {
        return securityLog;
    }
}
