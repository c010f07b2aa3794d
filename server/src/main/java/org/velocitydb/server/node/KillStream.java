package org.velocitydb.server.node;

/**
 * Answers a KILL once the connection's event loop has said what became of it.
 */
final class KillStream implements ResultStream
{
    /** Room for either answer. */
    private static final int ANSWER_ROOM = 1024;

    /**
     * Appends the answer in the form of a protocol version.
     */
    @FunctionalInterface
    interface Answer
    {
        /**
         * Answers. There is room.
         *
         * @param target whom.
         * @param kill   that has been decided.
         */
        void onDecided(ResultTarget target, ConnectionKill kill);
    }

    private final ResultTarget target;
    private final ConnectionKill kill;
    private final Answer answer;
    private boolean isDone;

    KillStream(final ResultTarget target, final ConnectionKill kill, final Answer answer)
    {
        this.target = target;
        this.kill = kill;
        this.answer = answer;
    }

    static String absentText(final ConnectionKill kill)
    {
        return "there is no such connection: id=" + kill.connectionId();
    }

    @Override
    public int doWork(final long nowNs)
    {
        if (!kill.isDecided() || !target.session().hasRoomFor(ANSWER_ROOM))
        {
            return 0;
        }
        answer.onDecided(target, kill);
        isDone = true;
        return 1;
    }

    @Override
    public boolean isDone()
    {
        return isDone;
    }

    @Override
    public ResultTarget target()
    {
        return target;
    }

    @Override
    public String kind()
    {
        return "KILL";
    }

    @Override
    public void close()
    {
        isDone = true;
    }
}
