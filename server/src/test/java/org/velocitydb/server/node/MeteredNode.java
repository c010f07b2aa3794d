package org.velocitydb.server.node;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;

import com.sun.management.ThreadMXBean;
import org.agrona.concurrent.Agent;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.network.NioNetwork;

/**
 * A node over real sockets and a real disk whose agents are stepped one after the other on the calling thread, which
 * counts the bytes that each of them allocates.
 */
final class MeteredNode implements AutoCloseable
{
    static final String USER = "user";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PUBLIC_KEY_LENGTH = 44;
    private static final int SIGNATURE_LENGTH = 64;

    private final VelocityNode node;
    private final Agent[] agents;
    private final long[] allocatedBytes;
    private boolean isHoldingLogins;

    MeteredNode(final Path directory, final StoreContext store)
    {
        this(directory, store, null);
    }

    MeteredNode(final Path directory, final StoreContext store, final AuditContext audit)
    {
        store.storage(new FileStorage(directory)).isInvoked(true).errorHandler(MeteredNode::fail);
        node = VelocityNode.open(new NodeContext()
            .store(store)
            .network(new NioNetwork())
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .respBindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .identity(new AnyIdentity())
            .entropy((bytes) ->
            {
            })
            .users(UserDirectory.of(Map.of(USER, Argon2Phc.unmatchable(new SecureRandom())), Set.of()))
            .passwordVerifier((phc, password) -> true)
            .audit(audit)
            .errorHandler(MeteredNode::fail));
        agents = node.agents().toArray(new Agent[0]);
        allocatedBytes = new long[agents.length];
    }

    private static void fail(final Throwable cause)
    {
        throw new AssertionError(cause);
    }

    InetSocketAddress respAddress()
    {
        return node.respAddress();
    }

    InetSocketAddress address()
    {
        return node.localAddress();
    }

    String statistics()
    {
        return new String(node.statistics().json(), StandardCharsets.UTF_8);
    }

    void slowLogThreshold(final long ns)
    {
        final NodeSettings settings = node.settings();
        node.settings(new NodeSettings(
            settings.maxConnections(), settings.rateLimitPerSecond(), settings.idleTimeoutNs(), ns,
            settings.limits(), settings.loginLimits(), settings.isPlaintextAllowed()));
    }

    void step()
    {
        for (int i = 0; i < agents.length; i++)
        {
            if (isHoldingLogins && agents[i].roleName().startsWith("authentication"))
            {
                continue;
            }
            final long beforeBytes = THREADS.getCurrentThreadAllocatedBytes();
            try
            {
                agents[i].doWork();
            }
            catch (final Exception ex)
            {
                throw new AssertionError(ex);
            }
            allocatedBytes[i] += THREADS.getCurrentThreadAllocatedBytes() - beforeBytes;
        }
    }

    /** Logins stay where they are, as behind a flood of others. */
    void holdLogins(final boolean isHeld)
    {
        isHoldingLogins = isHeld;
    }

    /** Bytes of buffers that sessions hold now. */
    long poolBytes()
    {
        return node.statistics().poolBytesUsed();
    }

    /** Since the node was opened. */
    long allocatedBytes(final String roleName)
    {
        for (int i = 0; i < agents.length; i++)
        {
            if (agents[i].roleName().equals(roleName))
            {
                return allocatedBytes[i];
            }
        }
        throw new IllegalArgumentException("no such agent: roleName=" + roleName);
    }

    @Override
    public void close()
    {
        node.close();
    }

    /** A host key that nobody looks at. */
    private static final class AnyIdentity implements HostIdentity
    {
        @Override
        public byte[] publicKey()
        {
            return new byte[PUBLIC_KEY_LENGTH];
        }

        @Override
        public String fingerprint()
        {
            return "";
        }

        @Override
        public byte[] sign(final byte[] message)
        {
            return new byte[SIGNATURE_LENGTH];
        }
    }
}
