package org.velocitydb.server.node;

import java.util.ArrayDeque;

import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.CloseReason;
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
    private TokenBucket tokens;
    private SharedTokenBucket userTokens = SharedTokenBucket.NO_LIMIT;
    /** Null for those who have asked for none since they logged in. */
    private TokenBucket handshakeTokens;
    /** Null where there is none: of ten thousand connections nearly all are idle. */
    private ArrayDeque<ResultStream> streams;
    private Stage stage = Stage.CONNECTED;
    private Principal principal = Principal.NOBODY;
    private int revokedStreams;
    private int outstandingWrites;
    private boolean hasInputEnded;
    private boolean isGreeting;
    /** Null for those who have prepared nothing. */
    private PreparedStatements prepared;
    private boolean isAnsweringPing;
    /** Null where the Redis protocol is not spoken. */
    private final RespState resp;

    ClientState(final Session session, final TokenBucket tokens)
    {
        this.session = session;
        this.tokens = tokens;
        resp = RespHandler.serves(session) ? new RespState() : null;
    }

    /** What a connection has that speaks the Redis protocol, else null. */
    RespState resp()
    {
        return resp;
    }

    static ClientState of(final Session session)
    {
        return (ClientState) session.attachment();
    }

    Session session()
    {
        return session;
    }

    TokenBucket tokens()
    {
        return tokens;
    }

    /** The limit has changed. */
    void tokens(final TokenBucket bucket)
    {
        tokens = bucket;
    }

    /** Shared with the other connections of the user. */
    SharedTokenBucket userTokens()
    {
        return userTokens;
    }

    void userTokens(final SharedTokenBucket bucket)
    {
        userTokens = bucket;
    }

    TokenBucket handshakeTokens(final long nowNs)
    {
        if (handshakeTokens == null)
        {
            handshakeTokens = new TokenBucket(HANDSHAKES_PER_SECOND_MAX, nowNs);
        }
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
        handshakeTokens = null;
        session.admit();
        if (isAnsweringPing)
        {
            session.watch();
        }
    }

    /** In the Redis protocol whoever is logged in stays so while another login is tried. */
    void loginRefused()
    {
        stage = resp != null && resp.wasLoggedIn() ? Stage.LOGGED_IN : Stage.GREETED;
    }

    /** Whether the peer has said in its HELLO that it answers PING. */
    void answersPing(final boolean isAnswering)
    {
        isAnsweringPing = isAnswering;
    }

    /** What the user may do has changed, so that results under way may show more than it allows. */
    void rightsChanged(final Principal user)
    {
        principal = user;
        revokedStreams = streamCount();
        if (resp != null)
        {
            resp.rightsChanged();
        }
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
        removeFirstStream();
    }

    boolean hasStreams()
    {
        return streams != null;
    }

    /** The result that is being sent, or null. */
    ResultStream firstStream()
    {
        return streams == null ? null : streams.peekFirst();
    }

    void addStream(final ResultStream stream)
    {
        if (streams == null)
        {
            streams = new ArrayDeque<>(1);
        }
        streams.addLast(stream);
    }

    /** Takes the result away that was begun last, which there is. */
    ResultStream takeLastStream()
    {
        return streams.pollLast();
    }

    private void removeFirstStream()
    {
        if (streams != null)
        {
            streams.pollFirst();
            streams = streams.isEmpty() ? null : streams;
        }
    }

    void closeStreams(final ErrorHandler errorHandler)
    {
        if (streams != null)
        {
            CloseHelper.closeAll(errorHandler, streams);
            streams = null;
        }
    }

    /** Lets go of what results hold whose time is over. They stay, to be told so. */
    void letGoOverdue(final long nowNs, final ErrorHandler errorHandler)
    {
        for (int i = streams.size(); i > 0; i--)
        {
            final ResultStream stream = streams.pollFirst();
            final boolean isOverdue = stream.target().expiryNs() - nowNs < 0 && !(stream instanceof OverdueStream);
            streams.addLast(isOverdue ? new OverdueStream(stream.target(), stream.kind()) : stream);
            if (isOverdue)
            {
                CloseHelper.close(errorHandler, stream);
            }
        }
    }

    int streamCount()
    {
        return streams == null ? 0 : streams.size();
    }

    boolean hasRoomForStream()
    {
        return streamCount() < STREAM_COUNT_MAX;
    }

    /** Writes and results that are under way. */
    int outstandingCount()
    {
        return outstandingWrites + streamCount();
    }

    void writeSent()
    {
        outstandingWrites++;
    }

    void writeAnswered()
    {
        outstandingWrites--;
    }

    /** Whether a handshake of this connection waits for its turn. */
    void isGreeting(final boolean isWaiting)
    {
        isGreeting = isWaiting;
    }

    PreparedStatements prepared(final SqlDesk desk)
    {
        if (prepared == null)
        {
            prepared = new PreparedStatements(desk);
        }
        return prepared;
    }

    void closePrepared()
    {
        if (prepared != null)
        {
            prepared.close();
        }
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
        return outstandingWrites == 0 && streams == null && stage != Stage.LOGGING_IN && !isGreeting &&
            (resp == null || !resp.hasBacklog());
    }

    /** Ends the session where its peer sends nothing more and nothing is owed to it. */
    void closeIfFinished()
    {
        if (hasInputEnded && isIdle())
        {
            session.closeAfterFlush(CloseReason.PEER_CLOSED);
        }
    }
}
