package org.velocitydb.server.cli;

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
         * @return its result, whose methods throw {@link SqlFailure} when the server refuses it; the caller closes it.
         */
        SqlResult execute(String statement);

        @Override
        void close();
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
