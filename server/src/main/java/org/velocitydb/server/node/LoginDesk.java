package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.velocitydb.server.users.AuthenticationListener;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.AuthenticationSubmission;
import org.velocitydb.server.users.Authenticator;

/**
 * One event loop's side of logins: it hands them to the {@link Authenticator} and takes their outcomes back onto the
 * loop's thread. As many outcomes can wait as logins can be under way, so the authenticator's threads always find room.
 */
final class LoginDesk implements AuthenticationListener
{
    /**
     * Gets a login's outcome on the event loop's thread.
     */
    @FunctionalInterface
    interface OutcomeHandler
    {
        /**
         * A login was decided.
         *
         * @param sessionId     that wants in, which may be gone.
         * @param correlationId of the request.
         * @param user          who.
         * @param outcome       what was found.
         */
        void onOutcome(long sessionId, long correlationId, String user, AuthenticationOutcome outcome);
    }

    private final Authenticator authenticator;
    private final ManyToOneConcurrentArrayQueue<Decided> decided;
    private final Runnable wakeLoop;
    /** Connections whose login is queued or being verified; as many as the queue is long at most. */
    private final Set<Long> awaited = ConcurrentHashMap.newKeySet();

    LoginDesk(final Authenticator authenticator, final int capacity, final Runnable wakeLoop)
    {
        this.authenticator = authenticator;
        this.wakeLoop = wakeLoop;
        decided = new ManyToOneConcurrentArrayQueue<>(capacity);
    }

    AuthenticationSubmission submit(
        final ByteBuffer frame,
        final int userOffset,
        final int userLength,
        final int passwordOffset,
        final int passwordLength,
        final long sessionId,
        final long correlationId)
    {
        // Before it is queued: an agent may ask at once.
        awaited.add(sessionId);
        final AuthenticationSubmission submission = authenticator.submit(
            frame, userOffset, userLength, passwordOffset, passwordLength, sessionId, correlationId, this);
        if (submission != AuthenticationSubmission.QUEUED)
        {
            awaited.remove(sessionId);
        }
        return submission;
    }

    /** The connection is gone: nobody waits for its login, if there is one. */
    void cancel(final long sessionId)
    {
        awaited.remove(sessionId);
    }

    @Override
    public boolean isAwaited(final long sessionId)
    {
        return awaited.contains(sessionId);
    }

    @Override
    public void onAuthentication(
        final long sessionId, final long correlationId, final String userName, final AuthenticationOutcome outcome)
    {
        awaited.remove(sessionId);
        if (!decided.offer(new Decided(sessionId, correlationId, userName, outcome)))
        {
            throw new IllegalStateException("more logins decided than can be under way: max=" + decided.capacity());
        }
        wakeLoop.run();
    }

    int poll(final OutcomeHandler handler)
    {
        int count = 0;
        for (Decided next = decided.poll(); next != null; next = decided.poll())
        {
            handler.onOutcome(next.sessionId, next.correlationId, next.user, next.outcome);
            count++;
        }
        return count;
    }

    private record Decided(long sessionId, long correlationId, String user, AuthenticationOutcome outcome)
    {
    }
}
