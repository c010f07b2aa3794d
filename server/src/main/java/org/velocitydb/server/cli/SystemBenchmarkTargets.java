package org.velocitydb.server.cli;

import java.nio.file.Path;

import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.VersionedValue;
import org.velocitydb.engine.Store;
import org.velocitydb.server.config.SyncConfig;
import org.velocitydb.server.config.SyncMode;
import org.velocitydb.server.config.VelocityConfig;

/**
 * The engine in this process, or a server through the Java client.
 */
final class SystemBenchmarkTargets implements BenchmarkTargets
{
    private static final System.Logger LOGGER = System.getLogger(SystemBenchmarkTargets.class.getName());

    @Override
    public BenchmarkTarget embedded(final Path dataDir, final SyncMode durability)
    {
        final VelocityConfig config = VelocityConfig.builder().sync(SyncConfig.DEFAULTS.withMode(durability)).build();
        return new EmbeddedTarget(
            Store.open(StoreContexts.of(config, dataDir, (ex) -> LOGGER.log(System.Logger.Level.ERROR, "store", ex))),
            durability.text());
    }

    @Override
    public BenchmarkTarget remote(final ServerLogin login)
    {
        return new RemoteTarget(login);
    }

    private record EmbeddedTarget(Store store, String durability) implements BenchmarkTarget, BenchmarkSession
    {
        @Override
        public BenchmarkSession openSession()
        {
            // Its calls are for any number of threads; what closes it is the end of the target.
            return new Shared(this);
        }

        @Override
        public void put(final byte[] key, final byte[] value)
        {
            store.put(key, value);
        }

        @Override
        public byte[] get(final byte[] key)
        {
            return store.get(key);
        }

        @Override
        public void close()
        {
            store.close();
        }
    }

    private record Shared(BenchmarkSession session) implements BenchmarkSession
    {
        @Override
        public void put(final byte[] key, final byte[] value)
        {
            session.put(key, value);
        }

        @Override
        public byte[] get(final byte[] key)
        {
            return session.get(key);
        }

        @Override
        public void close()
        {
            // The target closes what is shared.
        }
    }

    private record RemoteTarget(ServerLogin login) implements BenchmarkTarget
    {
        @Override
        public BenchmarkSession openSession()
        {
            return new RemoteSession(Clients.connect(login));
        }

        @Override
        public String durability()
        {
            return "as the server is configured";
        }

        @Override
        public void close()
        {
            // Each session closes its own connection.
        }
    }

    private record RemoteSession(VelocityClient client) implements BenchmarkSession
    {
        @Override
        public void put(final byte[] key, final byte[] value)
        {
            client.put(key, value);
        }

        @Override
        public byte[] get(final byte[] key)
        {
            return client.get(key).map(VersionedValue::value).orElse(null);
        }

        @Override
        public void close()
        {
            client.close();
        }
    }
}
