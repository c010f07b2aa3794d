package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.velocitydb.server.audit.LoopAudit;
import org.velocitydb.server.users.AuthenticationListener;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.AuthenticationSubmission;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.server.users.Principal;

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
         * @param principal     the user with its rights if the login was accepted, else null.
         * @param outcome       what was found.
         */
        void onOutcome(
            long sessionId, long correlationId, String user, Principal principal, AuthenticationOutcome outcome);
    }

    private final Authenticator authenticator;
    private final LoopAudit audit;
    private final ManyToOneConcurrentArrayQueue<Decided> decided;
    private final Runnable wakeLoop;

    LoginDesk(
        final Authenticator authenticator, final int capacity, final LoopAudit audit, final Runnable wakeLoop)
    {
        this.audit = audit;
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
        final AuthenticationSubmission submission = authenticator.submit(
            frame, userOffset, userLength, passwordOffset, passwordLength, sessionId, correlationId, this);
        if (submission != AuthenticationSubmission.QUEUED)
        {
            audit.loginRefused(sessionId, frame, userOffset, userLength, submission.name());
        }
        return submission;
    }

    /** The user of this name, or null where nobody with it can log in. */
    Principal user(final String name)
    {
        return authenticator.users().principal(name);
    }

    @Override
    public void onAuthentication(
        final long sessionId,
        final long correlationId,
        final String userName,
        final Principal principal,
        final AuthenticationOutcome outcome)
    {
        if (!decided.offer(new Decided(sessionId, correlationId, userName, principal, outcome)))
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
            audit.login(
                next.sessionId, next.user, next.outcome.name(), next.outcome == AuthenticationOutcome.ACCEPTED);
            handler.onOutcome(next.sessionId, next.correlationId, next.user, next.principal, next.outcome);
            count++;
        }
        return count;
    }

    private record Decided(
        long sessionId, long correlationId, String user, Principal principal, AuthenticationOutcome outcome)
    {
    }
}
