package org.velocitydb.server.cli;

import java.nio.file.Path;

import org.velocitydb.server.config.SyncMode;

/**
 * Opens what a benchmark measures.
 */
interface BenchmarkTargets
{
    /**
     * The engine in this process.
     *
     * @param dataDir    made where it does not exist.
     * @param durability what an acknowledged write is.
     * @return the store.
     */
    BenchmarkTarget embedded(Path dataDir, SyncMode durability);

    /**
     * A server.
     *
     * @param login where and who.
     * @return the server.
     */
    BenchmarkTarget remote(ServerLogin login);

    /**
     * Something that keeps records.
     */
    interface BenchmarkTarget extends AutoCloseable
    {
        /**
         * What one thread uses.
         *
         * @return a session of its own.
         */
        BenchmarkSession openSession();

        /**
         * What an acknowledged write is, in words.
         *
         * @return for the report.
         */
        String durability();

        @Override
        void close();
    }

    /**
     * For one thread.
     */
    interface BenchmarkSession extends AutoCloseable
    {
        /**
         * Writes a record and returns once it is acknowledged.
         *
         * @param key   bytes.
         * @param value bytes.
         */
        void put(byte[] key, byte[] value);

        /**
         * Reads a record.
         *
         * @param key bytes.
         * @return its value, or null where there is none.
         */
        byte[] get(byte[] key);

        @Override
        void close();
    }
}
