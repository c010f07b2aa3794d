package org.velocitydb.server.users;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.agrona.ErrorHandler;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;

/**
 * Takes logins from event loops and has them verified by agents, so that no event loop waits a tenth of a second for
 * one password.
 *
 * <p>Bounds: as many logins are verified at once as there are agents, which bounds the memory to 64 MiB for each with
 * the default parameters; at most {@code queueCapacity} logins are waiting or being verified. Passwords are copied into
 * preallocated requests and wiped when they have been verified; the caller wipes the buffer they came from.
 *
 * <p>A program that opens many connections at once logs in on each of them with the same password. When one of these
 * logins has been accepted, those that wait meanwhile with the same name and the same password are accepted with it:
 * fifty verifications, one behind the other on a busy machine, would take longer than a login may. Nothing of it is
 * kept for logins that come later, and what is refused is verified and counted one by one.
 *
 * <p>Any thread may submit. The agents are run by whoever made this: each on a thread of its own, or all of them
 * stepped by one.
 */
public final class Authenticator
{
    /** Logins waiting: some ten seconds' work for two agents. */
    public static final int DEFAULT_QUEUE_CAPACITY = 128;

    private final ManyToManyConcurrentArrayQueue<AuthenticationRequest> pool;
    private final ManyToManyConcurrentArrayQueue<AuthenticationRequest> waiting;
    private final PasswordVerifier verifier;
    private final LoginGuard guard;
    private final AccessCounters counters;
    private final ErrorHandler errorHandler;
    private final List<AuthenticationAgent> agents;
    private volatile UserDirectory users;

    /**
     * Makes the queue and the agents.
     *
     * @param users         who may log in.
     * @param concurrency   number of agents.
     * @param queueCapacity most logins that wait or are being verified.
     * @param verifier      that compares passwords.
     * @param guard         that bans who fails too often.
     * @param counters      to count in.
     * @param errorHandler  is told of verifications that failed, on an agent's thread.
     */
    public Authenticator(
        final UserDirectory users,
        final int concurrency,
        final int queueCapacity,
        final PasswordVerifier verifier,
        final LoginGuard guard,
        final AccessCounters counters,
        final ErrorHandler errorHandler)
    {
        if (concurrency < 1 || queueCapacity < 2)
        {
            throw new IllegalArgumentException(
                "authenticator is too small: concurrency=" + concurrency + ", queueCapacity=" + queueCapacity);
        }
        this.users = Objects.requireNonNull(users, "users");
        this.verifier = Objects.requireNonNull(verifier, "verifier");
        this.guard = Objects.requireNonNull(guard, "guard");
        this.counters = Objects.requireNonNull(counters, "counters");
        this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        pool = new ManyToManyConcurrentArrayQueue<>(queueCapacity);
        waiting = new ManyToManyConcurrentArrayQueue<>(queueCapacity);
        for (int i = 0; i < queueCapacity; i++)
        {
            pool.offer(new AuthenticationRequest());
        }
        final List<AuthenticationAgent> made = new ArrayList<>();
        for (int i = 0; i < concurrency; i++)
        {
            made.add(new AuthenticationAgent(this, "authentication-" + i));
        }
        agents = List.copyOf(made);
    }

    /**
     * What has to run for logins to be verified.
     *
     * @return the agents.
     */
    public List<AuthenticationAgent> agents()
    {
        return agents;
    }

    /**
     * Who may log in.
     *
     * @return the users in force.
     */
    public UserDirectory users()
    {
        return users;
    }

    /**
     * Replaces the users, for logins whose verification has not begun.
     *
     * @param users who may log in from now on.
     */
    public void users(final UserDirectory users)
    {
        this.users = Objects.requireNonNull(users, "users");
    }

    /**
     * Queues a login.
     *
     * @param buffer         with name and password, copied before this returns.
     * @param nameOffset     absolute.
     * @param nameLength     in bytes.
     * @param passwordOffset absolute.
     * @param passwordLength in bytes.
     * @param address        that the login comes from.
     * @param sessionId      given back to the listener.
     * @param correlationId  given back to the listener.
     * @param listener       is told the outcome if it was queued, and never otherwise.
     * @return what became of it.
     */
    public AuthenticationSubmission submit(
        final ByteBuffer buffer,
        final int nameOffset,
        final int nameLength,
        final int passwordOffset,
        final int passwordLength,
        final InetAddress address,
        final long sessionId,
        final long correlationId,
        final AuthenticationListener listener)
    {
        if (nameLength < 1 || nameLength > UserName.MAX_LENGTH ||
            passwordLength < 1 || passwordLength > Argon2Phc.MAX_PASSWORD_LENGTH)
        {
            return AuthenticationSubmission.MALFORMED;
        }
        final AuthenticationRequest request = pool.poll();
        if (request == null)
        {
            counters.increment(AccessCounter.LOGINS_OVERLOADED);
            return AuthenticationSubmission.FULL;
        }
        if (!request.fill(buffer, nameOffset, nameLength, passwordOffset, passwordLength))
        {
            recycle(request);
            return AuthenticationSubmission.MALFORMED;
        }
        if (guard.banRemainingNs(address, request.userName()) > 0)
        {
            recycle(request);
            counters.increment(AccessCounter.LOGINS_BANNED);
            return AuthenticationSubmission.BANNED;
        }
        request.replyTo(address, sessionId, correlationId, listener);
        // Never refused: the queue is as long as the pool.
        waiting.offer(request);
        for (int i = 0; i < agents.size(); i++)
        {
            agents.get(i).signal();
        }
        return AuthenticationSubmission.QUEUED;
    }

    /**
     * How long a login has to wait for the end of a ban.
     *
     * @param address  that it comes from.
     * @param userName known or not.
     * @return nanoseconds; 0 where there is no ban.
     */
    public long banRemainingNs(final InetAddress address, final String userName)
    {
        return guard.banRemainingNs(address, userName);
    }

    /**
     * What is counted of logins.
     *
     * @return the counters.
     */
    public AccessCounters counters()
    {
        return counters;
    }

    /**
     * Logins that wait for an agent.
     *
     * @return the number at about this time.
     */
    public int waitingCount()
    {
        return waiting.size();
    }

    AuthenticationRequest poll()
    {
        return waiting.poll();
    }

    void process(final AuthenticationRequest request)
    {
        try
        {
            final Principal principal = isToBeVerified(request) ? verify(request) : null;
            if (principal != null)
            {
                acceptSame(request, principal);
            }
        }
        finally
        {
            recycle(request);
        }
    }

    private boolean isToBeVerified(final AuthenticationRequest request)
    {
        if (!request.isAwaited())
        {
            return false;
        }
        if (request.isLate())
        {
            counters.increment(AccessCounter.LOGINS_LATE);
            request.reply(null, AuthenticationOutcome.LATE);
            return false;
        }
        // Asked again: of many logins that were sent at once, those behind the last that is borne cost nothing.
        if (guard.banRemainingNs(request.address(), request.userName()) > 0)
        {
            counters.increment(AccessCounter.LOGINS_BANNED);
            request.reply(null, AuthenticationOutcome.BANNED);
            return false;
        }
        return true;
    }

    /** The user that was let in, or null. */
    private Principal verify(final AuthenticationRequest request)
    {
        final Principal principal;
        try
        {
            principal = request.verify(users, verifier);
        }
        catch (final RuntimeException | OutOfMemoryError ex)
        {
            // Memory for a verification is asked for at once and given back at once: its want is that login's alone.
            errorHandler.onError(ex);
            counters.increment(AccessCounter.LOGINS_FAILED);
            request.reply(null, AuthenticationOutcome.FAILED);
            return null;
        }
        if (principal == null)
        {
            counters.increment(AccessCounter.LOGINS_REFUSED);
            guard.onFailure(request.address(), request.userName());
            request.reply(null, AuthenticationOutcome.REFUSED);
        }
        else
        {
            accept(request, principal);
        }
        return principal;
    }

    private void accept(final AuthenticationRequest request, final Principal principal)
    {
        counters.increment(AccessCounter.LOGINS_ACCEPTED);
        guard.onSuccess(request.address(), request.userName());
        request.reply(principal, AuthenticationOutcome.ACCEPTED);
    }

    /** Goes once round the queue; what is not the same login keeps its place among the others. */
    private void acceptSame(final AuthenticationRequest accepted, final Principal principal)
    {
        for (int i = waiting.size(); i > 0; i--)
        {
            final AuthenticationRequest next = waiting.poll();
            if (next == null)
            {
                return;
            }
            if (!next.isSameLogin(accepted))
            {
                waiting.offer(next);
                continue;
            }
            try
            {
                if (isToBeVerified(next))
                {
                    accept(next, principal);
                }
            }
            finally
            {
                recycle(next);
            }
        }
    }

    private void recycle(final AuthenticationRequest request)
    {
        request.wipe();
        pool.offer(request);
    }
}
