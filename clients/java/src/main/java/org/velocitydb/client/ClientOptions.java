package org.velocitydb.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

import org.velocitydb.protocol.v2.HandshakeTranscript;

/**
 * Where to connect and within which bounds. Set it up on one thread; a client reads it once, when it connects.
 */
public final class ClientOptions
{
    /** Long enough for a server across an ocean. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /**
     * Long enough for a turn behind a hundred others: a server makes each password cost a tenth of a second and more,
     * and a whole service may log in at once. As long as a server waits for a login by default.
     */
    public static final Duration DEFAULT_LOGIN_TIMEOUT = Duration.ofSeconds(30);
    /** Long enough that only a fault reaches it; services with a budget set their own. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(10);
    /** Enough to fill a group commit many times over; each costs a few hundred bytes. */
    public static final int DEFAULT_MAX_OUTSTANDING_REQUESTS = 1024;
    /** Less than the idle time-outs of servers and of most that stands between. */
    public static final Duration DEFAULT_PING_INTERVAL = Duration.ofSeconds(10);
    /** A server that is alive answers in milliseconds; it leaves room for pauses of either side. */
    public static final Duration DEFAULT_PING_TIMEOUT = Duration.ofSeconds(5);
    /** Bytes of a scan that may wait for whoever iterates. */
    public static final int DEFAULT_SCAN_BUFFER_LENGTH = 16 * 1024 * 1024;

    private final String host;
    private final int port;
    /** Null for TCP; the host is then the whole address. */
    private final WireFactory wireFactory;
    private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    private Duration loginTimeout = DEFAULT_LOGIN_TIMEOUT;
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private int maxOutstandingRequests = DEFAULT_MAX_OUTSTANDING_REQUESTS;
    private Duration pingInterval = DEFAULT_PING_INTERVAL;
    private Duration pingTimeout = DEFAULT_PING_TIMEOUT;
    private int scanBufferLength = DEFAULT_SCAN_BUFFER_LENGTH;
    private Path knownServers = Path.of(System.getProperty("user.home"), ".velocity", "known_servers");
    private TrustPolicy trustPolicy = TrustPolicy.TRUST_ON_FIRST_USE;
    private String pinnedFingerprint;
    private String clientName = "velocitydb-java";
    private boolean allowsPlaintextPasswords;
    private boolean usesTls;
    private TlsOptions tls = TlsOptions.DEFAULT;

    private ClientOptions(final String host, final int port, final WireFactory wireFactory)
    {
        this.host = host;
        this.port = port;
        this.wireFactory = wireFactory;
    }

    /**
     * Options for a server.
     *
     * @param address <code>host:port</code>; an IPv6 address stands in square brackets. With velocitydb-client-aeron on
     *                the class path also <code>aeron:ipc</code> and <code>aeron:udp?endpoint=host:port</code>.
     * @return options with defaults for everything else.
     * @throws IllegalArgumentException if the address is none.
     */
    public static ClientOptions of(final String address)
    {
        final WireFactory wireFactory = WireFactory.of(address);
        if (wireFactory != null)
        {
            return new ClientOptions(address, 0, wireFactory);
        }
        final int colon = address.lastIndexOf(':');
        final String host = colon < 1 ? "" : address.substring(0, colon);
        final boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || !isBracketed && host.indexOf(':') >= 0 || host.indexOf(' ') >= 0)
        {
            throw new IllegalArgumentException("address must be host:port: address=" + address);
        }
        return new ClientOptions(
            isBracketed ? host.substring(1, host.length() - 1) : host, port(address, address.substring(colon + 1)),
            null);
    }

    private static int port(final String address, final String digits)
    {
        try
        {
            final int port = Integer.parseInt(digits);
            if (port > 0 && port <= 0xFFFF)
            {
                return port;
            }
        }
        catch (final NumberFormatException ignored)
        {
            // Said below, as for numbers out of range.
        }
        throw new IllegalArgumentException("port must be 1 to 65535: address=" + address);
    }

    /**
     * Sets how long it may take until the server's machine accepts the connection.
     *
     * @param timeout positive.
     * @return these options.
     */
    public ClientOptions connectTimeout(final Duration timeout)
    {
        connectTimeout = positive("connect timeout", timeout);
        return this;
    }

    /**
     * Sets how long the server may take for the handshake of a new connection, and as long again for {@link
     * VelocityClient#authenticate}: both wait their turn where many connect at once.
     *
     * @param timeout positive.
     * @return these options.
     */
    public ClientOptions loginTimeout(final Duration timeout)
    {
        loginTimeout = positive("login timeout", timeout);
        return this;
    }

    /**
     * Sets how long a request may take; the server is told, too. For a scan it is the time between two pages.
     *
     * @param timeout positive.
     * @return these options.
     */
    public ClientOptions requestTimeout(final Duration timeout)
    {
        requestTimeout = positive("request timeout", timeout);
        return this;
    }

    /**
     * Sets after how long without a byte from the server it is asked whether it is there, with a PING, once logged in.
     * That keeps an idle connection open, and finds one whose other end is gone without a word.
     *
     * @param interval positive.
     * @return these options.
     */
    public ClientOptions pingInterval(final Duration interval)
    {
        pingInterval = positive("ping interval", interval);
        return this;
    }

    /**
     * Sets how long a server that was asked may be silent; then the connection is lost, and what is outstanding on it
     * fails.
     *
     * @param timeout positive.
     * @return these options.
     */
    public ClientOptions pingTimeout(final Duration timeout)
    {
        pingTimeout = positive("ping timeout", timeout);
        return this;
    }

    /**
     * Sets how many requests may wait for their answers; further ones wait for room.
     *
     * @param count positive.
     * @return these options.
     */
    public ClientOptions maxOutstandingRequests(final int count)
    {
        if (count < 1)
        {
            throw new IllegalArgumentException("outstanding requests must be positive: count=" + count);
        }
        maxOutstandingRequests = count;
        return this;
    }

    /**
     * Sets how many bytes of a scan may wait for whoever iterates; see {@link Scan}.
     *
     * @param lengthBytes positive.
     * @return these options.
     */
    public ClientOptions scanBufferLength(final int lengthBytes)
    {
        if (lengthBytes < 1)
        {
            throw new IllegalArgumentException("scan buffer must be positive: length=" + lengthBytes);
        }
        scanBufferLength = lengthBytes;
        return this;
    }

    /**
     * Sets the file of known servers, which is <code>~/.velocity/known_servers</code> otherwise.
     *
     * @param file that need not exist.
     * @return these options.
     */
    public ClientOptions knownServers(final Path file)
    {
        knownServers = Objects.requireNonNull(file, "file");
        return this;
    }

    /**
     * Accepts servers that are in the file of known servers, and no others.
     *
     * @return these options.
     */
    public ClientOptions trustKnownServersOnly()
    {
        trustPolicy = TrustPolicy.STRICT;
        return this;
    }

    /**
     * Accepts the server with this fingerprint and no other, whatever the file of known servers says.
     *
     * @param fingerprint as the server prints it when it starts.
     * @return these options.
     */
    public ClientOptions trustFingerprint(final String fingerprint)
    {
        final String digits = fingerprint.toLowerCase(Locale.ROOT);
        if (!KnownServers.isFingerprint(digits))
        {
            throw new IllegalArgumentException(
                "fingerprint must have " + HandshakeTranscript.FINGERPRINT_LENGTH + " hexadecimal digits: value=" +
                    fingerprint);
        }
        trustPolicy = TrustPolicy.PINNED;
        pinnedFingerprint = digits;
        return this;
    }

    /**
     * Speaks TLS 1.3. The server is known by the fingerprint of its certificate's key, as without TLS by that of its
     * host key, which are the same unless the server was given a certificate of its own.
     *
     * @return these options.
     */
    public ClientOptions tls()
    {
        usesTls = true;
        return this;
    }

    /**
     * Speaks TLS and trusts servers that one of these authorities vouches for, if their certificate names the host that
     * is connected to. Fingerprints are not looked at, unless one is pinned.
     *
     * @param file certificates of authorities, PEM.
     * @return these options.
     */
    public ClientOptions trustAuthorities(final Path file)
    {
        tls = tls.withAuthorities(Objects.requireNonNull(file, "file"));
        return tls();
    }

    /**
     * As {@link #trustAuthorities(Path)}, for authorities that are in a store.
     *
     * @param store with certificates of authorities.
     * @return these options.
     */
    public ClientOptions trustAuthorities(final KeyStore store)
    {
        tls = tls.withTrustStore(Objects.requireNonNull(store, "store"));
        return tls();
    }

    /**
     * Speaks TLS and shows the server a certificate, which logs in the user that its common name names: {@link
     * VelocityClient#authenticate} is not called then.
     *
     * @param certificate of the client, and its chain, PEM.
     * @param privateKey  of the certificate, PKCS#8 in PEM.
     * @return these options.
     */
    public ClientOptions certificate(final Path certificate, final Path privateKey)
    {
        tls = tls.withCertificate(
            Objects.requireNonNull(certificate, "certificate"), Objects.requireNonNull(privateKey, "privateKey"));
        return tls();
    }

    /**
     * Sets what the client calls itself in the server's logs.
     *
     * @param name short.
     * @return these options.
     */
    public ClientOptions clientName(final String name)
    {
        clientName = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Lets {@link VelocityClient#authenticate} send a password in clear to a server on another machine, where whoever
     * is on the way can read it.
     *
     * @return these options.
     */
    public ClientOptions allowPlaintextPasswords()
    {
        allowsPlaintextPasswords = true;
        return this;
    }

    String host()
    {
        return host;
    }

    /** Asked anew each time, as names come to mean other addresses. */
    InetSocketAddress resolvedAddress() throws UnknownHostException
    {
        final InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved())
        {
            throw new UnknownHostException("no such host: " + host);
        }
        return address;
    }

    int port()
    {
        return port;
    }

    /** How the server is called in the file of known servers and in messages. */
    String server()
    {
        if (wireFactory != null)
        {
            return host;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Connects as the address says; TLS is spoken over TCP alone. */
    Wire openWire() throws IOException
    {
        if (wireFactory == null)
        {
            return usesTls ? TlsWire.open(this) : PlainWire.open(this);
        }
        if (usesTls)
        {
            throw new IllegalArgumentException("TLS is spoken over TCP alone: server=" + host);
        }
        return wireFactory.open(host, connectTimeout);
    }

    Duration connectTimeout()
    {
        return connectTimeout;
    }

    int connectTimeoutMs()
    {
        return socketTimeoutMs(connectTimeout);
    }

    Duration loginTimeout()
    {
        return loginTimeout;
    }

    int loginTimeoutMs()
    {
        return socketTimeoutMs(loginTimeout);
    }

    private static int socketTimeoutMs(final Duration timeout)
    {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }

    TlsOptions tlsOptions()
    {
        return tls;
    }

    Duration requestTimeout()
    {
        return requestTimeout;
    }

    int maxOutstandingRequests()
    {
        return maxOutstandingRequests;
    }

    Duration pingInterval()
    {
        return pingInterval;
    }

    Duration pingTimeout()
    {
        return pingTimeout;
    }

    int scanBufferLength()
    {
        return scanBufferLength;
    }

    Path knownServers()
    {
        return knownServers;
    }

    TrustPolicy trustPolicy()
    {
        return trustPolicy;
    }

    String pinnedFingerprint()
    {
        return pinnedFingerprint;
    }

    String clientName()
    {
        return clientName;
    }

    boolean allowsPlaintextPasswords()
    {
        return allowsPlaintextPasswords;
    }

    static Duration positive(final String name, final Duration timeout)
    {
        if (timeout.isNegative() || timeout.isZero())
        {
            throw new IllegalArgumentException(name + " must be positive: timeout=" + timeout);
        }
        return timeout;
    }
}
