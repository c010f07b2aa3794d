package org.velocitydb.server.node;

import java.util.ArrayDeque;

import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.Session;

/**
 * What the node knows of one connection. Attached to the session and owned by its event loop.
 */
final class ClientState
{
    /**
     * How far a connection has come. It only ever goes forward.
     */
    enum Stage
    {
        /** Connected; nothing but HELLO is answered. */
        CONNECTED,
        /** Has said HELLO; may log in. */
        GREETED,
        /** A login is being verified; no frame is taken until it is. */
        LOGGING_IN,
        /** Logged in; every request is served. */
        LOGGED_IN
    }

    /** Results that one connection may have under way at once; the next request waits. */
    static final int STREAM_COUNT_MAX = 16;

    /**
     * Handshakes that one connection may ask for in a second. Each costs a signature on the event loop, and whoever
     * asks need not have logged in.
     */
    private static final int HANDSHAKES_PER_SECOND_MAX = 4;

    private final Session session;
    private final TokenBucket requestTokens;
    private final TokenBucket handshakeTokens;
    private final ArrayDeque<ResultStream> streams = new ArrayDeque<>();
    private Stage stage = Stage.CONNECTED;
    private Principal principal = Principal.NOBODY;
    private int revokedStreams;
    private int outstandingWrites;
    private boolean hasInputEnded;

    ClientState(final Session session, final TokenBucket requestTokens, final long nowNs)
    {
        this.session = session;
        this.requestTokens = requestTokens;
        handshakeTokens = new TokenBucket(HANDSHAKES_PER_SECOND_MAX, nowNs);
    }

    static ClientState of(final Session session)
    {
        return (ClientState) session.attachment();
    }

    Session session()
    {
        return session;
    }

    TokenBucket requestTokens()
    {
        return requestTokens;
    }

    TokenBucket handshakeTokens()
    {
        return handshakeTokens;
    }

    Stage stage()
    {
        return stage;
    }

    boolean isLoggedIn()
    {
        return stage == Stage.LOGGED_IN;
    }

    void stage(final Stage next)
    {
        stage = next;
    }

    /** Who is logged in and what it may do; nobody before the login. */
    Principal principal()
    {
        return principal;
    }

    void loggedIn(final Principal user)
    {
        principal = user;
        stage = Stage.LOGGED_IN;
    }

    /** What the user may do has changed, so that results under way may show more than it allows. */
    void rightsChanged(final Principal user)
    {
        principal = user;
        revokedStreams = streams.size();
    }

    /** The user is the same as before, with an equal directory behind it. */
    void principal(final Principal user)
    {
        principal = user;
    }

    /** Whether the first of the results was begun with rights that have changed. */
    boolean isFirstStreamRevoked()
    {
        return revokedStreams > 0;
    }

    void endFirstStream()
    {
        revokedStreams -= revokedStreams > 0 ? 1 : 0;
        streams.pollFirst();
    }

    ArrayDeque<ResultStream> streams()
    {
        return streams;
    }

    boolean hasRoomForStream()
    {
        return streams.size() < STREAM_COUNT_MAX;
    }

    void writeSent()
    {
        outstandingWrites++;
    }

    void writeAnswered()
    {
        outstandingWrites--;
    }

    void inputEnded()
    {
        hasInputEnded = true;
    }

    boolean hasInputEnded()
    {
        return hasInputEnded;
    }

    /**
     * Whether nothing is owed to the peer any more.
     *
     * @return true if neither a write nor a result is under way.
     */
    boolean isIdle()
    {
        return outstandingWrites == 0 && streams.isEmpty() && stage != Stage.LOGGING_IN;
    }
}
