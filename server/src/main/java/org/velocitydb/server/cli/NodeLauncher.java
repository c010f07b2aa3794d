package org.velocitydb.server.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;

import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;

/**
 * Starts a server in this process.
 */
@FunctionalInterface
public interface NodeLauncher
{
    /**
     * Opens the data directory, recovers, and listens.
     *
     * @param config    concluded; address, data directory and first users are in it.
     * @param hostKey   who the server is.
     * @param usersFile to watch for changes of users; it may not exist.
     * @param loader    reads the configuration again when the server is told to.
     * @return the server, which takes connections already.
     */
    RunningNode launch(VelocityConfig config, HostKey hostKey, Path usersFile, ConfigLoader loader);

    /**
     * A server that takes connections.
     */
    interface RunningNode extends AutoCloseable
    {
        /**
         * Where it listens.
         *
         * @return with the port that the system chose, if it was left to it.
         */
        InetSocketAddress localAddress();

        /**
         * Waits until the server has ended.
         *
         * @return what ended it, or null where that was {@link #close()}.
         * @throws InterruptedException when the waiting thread is interrupted.
         */
        Throwable awaitFailure() throws InterruptedException;

        /**
         * Asks it to read its configuration again, soon. Any thread may call.
         */
        void reload();

        /**
         * Ends it: answers what was taken, forces what was written, releases everything. A second call does nothing;
         * any thread may call.
         */
        @Override
        void close();
    }
}
