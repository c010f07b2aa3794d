package org.velocitydb.server.node;

import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.velocitydb.engine.CheckpointRequest;
import org.velocitydb.engine.CheckpointRequest.Action;
import org.velocitydb.engine.CheckpointResult;
import org.velocitydb.engine.CheckpointSink;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.sql.CheckpointStatement;

/**
 * One event loop's side of checkpoints: it hands statements to the store's maintenance and takes the answers back onto
 * the loop's thread. As many answers can wait as statements can be under way, so maintenance always finds room.
 */
final class CheckpointDesk
{
    /** Statements of one event loop that may be under way; more are refused. */
    static final int UNDER_WAY_MAX = 16;

    private final Store store;
    private final Runnable wakeLoop;
    private final OneToOneConcurrentArrayQueue<Call> answered = new OneToOneConcurrentArrayQueue<>(UNDER_WAY_MAX);
    private int underWayCount;

    /**
     * Gets the answer to a statement on the event loop's thread.
     */
    @FunctionalInterface
    interface AnswerHandler
    {
        /**
         * A statement has ended.
         *
         * @param call of the statement, whose session may be gone, with its answer.
         */
        void onAnswer(Call call);
    }

    /**
     * A statement that is under way. Written by the event loop and handed to maintenance, which adds the answer and
     * hands it back, each time through a queue.
     */
    final class Call implements CheckpointSink
    {
        private final Action action;
        private final long sessionId;
        private final long correlationId;
        private final long receivedNs;
        private CheckpointResult result;

        private Call(final Action action, final long sessionId, final long correlationId, final long receivedNs)
        {
            this.action = action;
            this.sessionId = sessionId;
            this.correlationId = correlationId;
            this.receivedNs = receivedNs;
        }

        @Override
        public void onCheckpoint(final CheckpointResult answer)
        {
            result = answer;
            if (!answered.offer(this))
            {
                throw new IllegalStateException("more statements answered than can be under way: max=" + UNDER_WAY_MAX);
            }
            wakeLoop.run();
        }

        Action action()
        {
            return action;
        }

        long sessionId()
        {
            return sessionId;
        }

        long correlationId()
        {
            return correlationId;
        }

        long receivedNs()
        {
            return receivedNs;
        }

        CheckpointResult result()
        {
            return result;
        }
    }

    CheckpointDesk(final Store store, final Runnable wakeLoop)
    {
        this.store = store;
        this.wakeLoop = wakeLoop;
    }

    /**
     * Hands a statement to maintenance.
     *
     * @param statement     to be done.
     * @param client        that asked; is owed an answer where this is true.
     * @param correlationId of the request.
     * @param receivedNs    when it came.
     * @param deadlineNs    after which it is not begun any more.
     * @return false where too many are under way.
     */
    boolean trySubmit(
        final CheckpointStatement statement,
        final ClientState client,
        final long correlationId,
        final long receivedNs,
        final long deadlineNs)
    {
        if (underWayCount == UNDER_WAY_MAX)
        {
            return false;
        }
        final Action action = switch (statement.action())
        {
            case CREATE -> Action.CREATE;
            case DROP -> Action.DROP;
            case SHOW -> Action.LIST;
        };
        final Call call = new Call(action, client.session().id(), correlationId, receivedNs);
        if (!store.offer(new CheckpointRequest(action, statement.name(), deadlineNs, call)))
        {
            return false;
        }
        underWayCount++;
        client.writeSent();
        return true;
    }

    /** Whether no statement is under way. */
    boolean isQuiet()
    {
        return underWayCount == 0;
    }

    int poll(final AnswerHandler handler)
    {
        int count = 0;
        for (Call call = answered.poll(); call != null; call = answered.poll())
        {
            underWayCount--;
            handler.onAnswer(call);
            count++;
        }
        return count;
    }
}
