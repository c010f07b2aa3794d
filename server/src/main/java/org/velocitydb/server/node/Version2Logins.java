package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.ServerHello;
import org.velocitydb.server.node.ClientState.Stage;
import org.velocitydb.transport.CloseReason;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * Lets clients of version 2 in, on one event loop: the part of {@link Version2Handler} that knows handshakes and
 * logins. The request at hand is the one that the handler's decoder shows.
 */
final class Version2Logins
{
    /** A nonce, a public key, a signature and the server's version with room to spare. */
    private static final int HELLO_LENGTH_MAX = 1024;

    private final Version2Handler handler;
    private final LoopServices loop;
    private final LoginDesk logins;
    private final Greeting greeting;
    private final FrameDecoder decoder;
    private final FrameCodec codec;
    private final Version2Replies replies;
    private final HandshakeDesk handshakes;
    private final HelloRequest hello = new HelloRequest();
    private final AuthRequest auth = new AuthRequest();

    Version2Logins(
        final Version2Handler handler,
        final LoopServices loop,
        final LoginDesk logins,
        final FrameDecoder decoder,
        final FrameCodec codec,
        final Version2Replies replies,
        final HandshakeSigner signer,
        final Runnable wakeLoop)
    {
        this.handler = handler;
        this.loop = loop;
        this.logins = logins;
        this.decoder = decoder;
        this.codec = codec;
        this.replies = replies;
        greeting = new Greeting(loop, logins);
        handshakes = new HandshakeDesk(loop, signer, this::answerHello, wakeLoop);
    }

    HandshakeDesk handshakes()
    {
        return handshakes;
    }

    FrameAction onHello(final ClientState client, final ByteBuffer frame)
    {
        final Fault fault = hello.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return handler.refuse(client.session(), fault);
        }
        if (!client.handshakeTokens(loop.nowNs()).tryTake(loop.nowNs()))
        {
            loop.context().limitCounters().increment(LimitCounter.HANDSHAKES_LIMITED);
            return handler.refuseAsTooMany(
                client.session(), (int) client.handshakeTokens(loop.nowNs()).waitMs(loop.nowNs()),
                "too many handshakes a second on this connection");
        }
        client.answersPing(decoder.answersPing());
        final byte[] clientNonce = HandshakeDesk.newNonce();
        hello.clientNonce(clientNonce);
        handshakes.submit(
            client, new HandshakeDesk.Hello(client.session().id(), decoder.correlationId(), clientNonce));
        return FrameAction.CONTINUE;
    }

    private void answerHello(final ClientState client, final HandshakeDesk.Signing signed)
    {
        final Session session = client.session();
        final HandshakeDesk.Hello asked = signed.hello();
        if (signed.signature() == null)
        {
            replies.error(session, asked.correlationId(), ErrorCode.INTERNAL_ERROR, "the handshake cannot be signed");
            session.closeAfterFlush(CloseReason.HANDLER);
            return;
        }
        final String refusal = greeting.greet(client);
        if (refusal != null)
        {
            replies.error(session, asked.correlationId(), ErrorCode.INVALID_CREDENTIALS, refusal);
            session.closeAfterFlush(CloseReason.HANDLER);
            return;
        }
        final int offset = session.claim(FrameDescriptor.HEADER_LENGTH + HELLO_LENGTH_MAX);
        if (offset == Session.NO_ROOM)
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
            return;
        }
        final int message = FrameCodec.begin(session.output(), offset, MessageType.SERVER_HELLO,
            asked.correlationId());
        final int limit = ServerHello.put(
            session.output(), message, signed.serverNonce(), signed.publicKey(), signed.signature(),
            loop.context().versionBytes());
        session.commit(codec.seal(session.output(), offset, limit));
    }

    FrameAction onAuth(final ClientState client, final ByteBuffer frame)
    {
        final Session session = client.session();
        if (!logins.takesPasswordsFrom(session))
        {
            replies.error(
                session, decoder.correlationId(), ErrorCode.PLAINTEXT_REFUSED, LoginDesk.PLAINTEXT_REFUSED);
            return FrameAction.CONTINUE;
        }
        final Fault fault = auth.tryWrap(frame, decoder.messageOffset(), decoder.messageLength());
        if (fault != Fault.NONE)
        {
            return handler.refuse(session, fault);
        }
        if (client.isLoggedIn())
        {
            replies.error(session, decoder.correlationId(), ErrorCode.INVALID_COMMAND, "logged in already");
            return FrameAction.CONTINUE;
        }
        final LoginRefusal refusal = LoginRefusal.of(
            logins.submit(
                frame, auth.userOffset(), auth.userLength(), auth.passwordOffset(), auth.passwordLength(), session,
                decoder.correlationId(),
                decoder.hasTimeout() ? handler.deadlineNs(session) : loop.nowNs() + LoginDesk.NO_TIMEOUT_NS));
        if (refusal == null)
        {
            client.stage(Stage.LOGGING_IN);
            session.suspendReading();
        }
        else
        {
            final int waitMs = refusal == LoginRefusal.BANNED
                ? logins.banWaitMs(session, frame, auth.userOffset(), auth.userLength())
                : 0;
            refuse(session, decoder.correlationId(), refusal, waitMs);
        }
        return FrameAction.CONTINUE;
    }

    private void refuse(
        final Session session, final long correlationId, final LoginRefusal refusal, final int waitMs)
    {
        replies.error(
            session, correlationId, refusal.code(), Outcome.NOT_DONE, Version2Replies.NO_POSITION, waitMs,
            refusal.text());
    }

    void onLogin(
        final ClientState client, final long correlationId, final LoginRefusal refusal, final int waitMs)
    {
        final Session session = client.session();
        if (refusal != null)
        {
            refuse(session, correlationId, refusal, waitMs);
        }
        else if (!replies.empty(session, MessageType.AUTH_OK, correlationId))
        {
            session.closeAfterFlush(CloseReason.OUTPUT_STALLED);
        }
    }
}
