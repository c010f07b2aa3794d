package org.velocitydb.server.cli;

import java.util.List;

/**
 * Reaches a server to run SQL on it.
 */
@FunctionalInterface
interface SqlConnector
{
    /**
     * Connects and logs in.
     *
     * @param login where and who.
     * @return the connection.
     */
    SqlSession connect(ServerLogin login);

    /**
     * A connection, for one thread.
     */
    interface SqlSession extends AutoCloseable
    {
        /**
         * Runs one statement.
         *
         * @param statement without a semicolon.
         * @return its result.
         * @throws SqlFailure when the server refuses it.
         */
        SqlResult execute(String statement);

        @Override
        void close();
    }

    /**
     * What came back.
     *
     * @param columns      names; empty for a statement that returns no rows.
     * @param rows         values of each row: String, Long, Double, Boolean, byte[] or null.
     * @param rowsAffected by a statement that returns no rows.
     */
    record SqlResult(List<String> columns, List<List<Object>> rows, long rowsAffected)
    {
    }

    /**
     * A statement that was refused.
     */
    final class SqlFailure extends RuntimeException
    {
        /** {@link #position()} of a failure that is not about one place. */
        public static final int NULL_POSITION = 0;

        private static final long serialVersionUID = 1L;

        private final int position;

        /**
         * Refuses a statement.
         *
         * @param message  in words.
         * @param position of the character that it is about, from 1, or {@link #NULL_POSITION}.
         */
        public SqlFailure(final String message, final int position)
        {
            super(message);
            this.position = position;
        }

        /**
         * Where in the statement.
         *
         * @return characters from 1, or {@link #NULL_POSITION}.
         */
        public int position()
        {
            return position;
        }
    }
}
