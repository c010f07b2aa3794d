package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;
import org.velocitydb.server.audit.LoopAudit;
import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.AccessCounters;
import org.velocitydb.server.users.AuthenticationListener;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.AuthenticationSubmission;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.Session;

/**
 * One event loop's side of logins: it hands them to the {@link Authenticator} and takes their outcomes back onto the
 * loop's thread. As many outcomes can wait as there are connections, which have one login under way each, so the
 * authenticator's threads always find room. That is more than logins can be queued: many that are the same are decided
 * at once, and make room for others before the loop has come by.
 */
final class LoginDesk implements AuthenticationListener
{
    /** Why a password was not looked at. */
    static final String PLAINTEXT_REFUSED = "passwords are taken over TLS or from this machine alone" +
        " (server.allow_plaintext_passwords)";
    /** For clients that do not say how long they wait. Half the range of the clock. */
    static final long NO_TIMEOUT_NS = Long.MAX_VALUE / 2;
    /** Why a login was refused during a ban. */
    static final String BANNED = "too many failed logins";

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
    private final ManyToOneConcurrentLinkedQueue<Decided> decided = new ManyToOneConcurrentLinkedQueue<>();
    private final Runnable wakeLoop;
    private boolean isPlaintextAllowed;
    private final NanoClock clock;
    /**
     * Connections whose login is queued or being verified, as many as the queue is long at most, each with the time
     * until which it has to be answered.
     */
    private final ConcurrentHashMap<Long, Long> awaited = new ConcurrentHashMap<>();

    LoginDesk(
        final Authenticator authenticator,
        final boolean isPlaintextAllowed,
        final LoopAudit audit,
        final NanoClock clock,
        final Runnable wakeLoop)
    {
        this.audit = audit;
        this.clock = clock;
        this.authenticator = authenticator;
        this.isPlaintextAllowed = isPlaintextAllowed;
        this.wakeLoop = wakeLoop;
    }

    /** Whether passwords are taken over connections that others may read; called on the event loop's thread. */
    void allowPlaintext(final boolean isAllowed)
    {
        isPlaintextAllowed = isAllowed;
    }

    AuthenticationSubmission submit(
        final ByteBuffer frame,
        final int userOffset,
        final int userLength,
        final int passwordOffset,
        final int passwordLength,
        final Session session,
        final long correlationId,
        final long deadlineNs)
    {
        // Before it is queued: an agent may ask at once.
        awaited.put(session.id(), deadlineNs);
        final AuthenticationSubmission submission = authenticator.submit(
            frame, userOffset, userLength, passwordOffset, passwordLength, session.remoteAddress().getAddress(),
            session.id(), correlationId, this);
        if (submission != AuthenticationSubmission.QUEUED)
        {
            awaited.remove(session.id());
            audit.loginRefused(session.id(), frame, userOffset, userLength, submission.name());
        }
        return submission;
    }

    /** The user of this name, or null where nobody with it can log in. */
    Principal user(final String name)
    {
        return authenticator.users().principal(name);
    }

    /**
     * Whether a password may come over a connection: it is private, or the configuration says in so many words that it
     * need not be.
     *
     * @param session that the password came over.
     * @return false if it is not to be looked at, which is counted.
     */
    boolean takesPasswordsFrom(final Session session)
    {
        if (session.isSecure() || session.isLoopback() || isPlaintextAllowed)
        {
            return true;
        }
        authenticator.counters().increment(AccessCounter.LOGINS_PLAINTEXT_REFUSED);
        return false;
    }

    AccessCounters counters()
    {
        return authenticator.counters();
    }

    /**
     * How long a login has to wait for the end of a ban.
     *
     * @param session that wants in.
     * @param user    who.
     * @return milliseconds, at least 1: the ban may have ended a moment ago.
     */
    int banWaitMs(final Session session, final String user)
    {
        final long remainingNs = authenticator.banRemainingNs(session.remoteAddress().getAddress(), user);
        return (int) Math.min(Integer.MAX_VALUE, 1 + TimeUnit.NANOSECONDS.toMillis(remainingNs));
    }

    /** The same, of a user as it stands in a frame that was found to be well-formed. */
    int banWaitMs(final Session session, final ByteBuffer frame, final int userOffset, final int userLength)
    {
        return banWaitMs(session, StandardCharsets.UTF_8.decode(frame.slice(userOffset, userLength)).toString());
    }

    /** The connection is gone: nobody waits for its login, if there is one. */
    void cancel(final long sessionId)
    {
        awaited.remove(sessionId);
    }

    @Override
    public boolean isAwaited(final long sessionId)
    {
        return awaited.containsKey(sessionId);
    }

    @Override
    public boolean isLate(final long sessionId)
    {
        final Long deadlineNs = awaited.get(sessionId);
        return deadlineNs != null && deadlineNs - clock.nanoTime() < 0;
    }

    @Override
    public void onAuthentication(
        final long sessionId,
        final long correlationId,
        final String userName,
        final Principal principal,
        final AuthenticationOutcome outcome)
    {
        awaited.remove(sessionId);
        decided.offer(new Decided(sessionId, correlationId, userName, principal, outcome));
        wakeLoop.run();
    }

    int poll(final OutcomeHandler handler)
    {
        int count = 0;
        for (Decided next = decided.poll(); next != null; next = decided.poll())
        {
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
