package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.server.users.AuthenticationSubmission;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * The commands of the Redis protocol that are about the connection and the server, and not about keys. Owned by one
 * event loop.
 */
final class RespConnection
{
    /** What clients take for the version of Redis, and decide by what they may ask. */
    static final String REDIS_VERSION = "7.2.0";
    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String DEFAULT_USER = "default";
    private static final int NAME_LENGTH_MAX = 128;
    /** Each part may cost an answer of its own, which is made at once. */
    private static final int PART_COUNT_MAX = 1024;
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    private final LoopServices loop;
    private final LoginDesk logins;
    private final RespRequest request;
    private final RespWriter out;
    private final RespReplies replies;
    private final RespClientCommand clientCommand;
    private final RespServerCommands server;
    private final byte[] defaultUser = DEFAULT_USER.getBytes(StandardCharsets.US_ASCII);
    private ClientState client;
    private RespState state;

    RespConnection(
        final LoopServices loop,
        final LoginDesk logins,
        final RespRequest request,
        final RespWriter out,
        final RespReplies replies,
        final ServerStatistics statistics)
    {
        this.loop = loop;
        this.logins = logins;
        this.request = request;
        this.out = out;
        this.replies = replies;
        clientCommand = new RespClientCommand(loop, request, out);
        server = new RespServerCommands(loop, request, out, statistics);
    }

    /** Answers a command; there is room, and nothing is owed to the connection. */
    FrameAction onCommand(final ClientState asking, final RespCommand command)
    {
        client = asking;
        state = asking.resp();
        switch (command)
        {
            case AUTH -> {
                return onAuth();
            }
            case HELLO -> {
                return onHello();
            }
            case QUIT -> {
                out.simple("OK");
                replies.sendOrClose(client.session());
                return FrameAction.CLOSE;
            }
            case RESET -> reset();
            default -> {
                answer(command);
                // What it says may be as long as what was asked, for which there need not be room.
                return replies.trySend(client.session()) ? FrameAction.CONTINUE : FrameAction.RETRY;
            }
        }
        replies.sendOrClose(client.session());
        return FrameAction.CONTINUE;
    }

    /** What a command would be answered that is to be done in a transaction, or null where it cannot be. */
    byte[] answerOf(final ClientState asking, final RespCommand command)
    {
        client = asking;
        state = asking.resp();
        switch (command)
        {
            case UNWATCH -> {
                // EXEC forgets the keys, and until then they count.
                return OK;
            }
            case CLIENT, COMMAND, CONFIG, ECHO, INFO, PING, SELECT, TIME -> {
                out.begin(state.version());
                answer(command);
                final byte[] answer = new byte[out.length()];
                out.buffer().getBytes(0, answer);
                return answer;
            }
            default -> {
                return null;
            }
        }
    }

    private void answer(final RespCommand command)
    {
        if (request.count() > PART_COUNT_MAX)
        {
            out.error("ERR too many arguments for '" + command.text() + "' command: max=" + (PART_COUNT_MAX - 1));
            return;
        }
        switch (command)
        {
            case PING -> ping();
            case ECHO -> out.bulk(request.buffer(), request.offset(1), request.length(1));
            case SELECT -> select();
            case TIME -> server.time();
            case INFO -> server.info();
            case CONFIG -> server.config();
            case COMMAND -> server.command();
            default -> clientCommand.answer(client);
        }
    }

    // --- logging in ---

    private FrameAction onAuth()
    {
        if (request.count() > 3)
        {
            return refuse(RespErrors.SYNTAX);
        }
        return logIn(request.count() == 3 ? 1 : 0, request.count() - 1, false, state.version(), null);
    }

    private FrameAction onHello()
    {
        int version = state.version();
        int part = 1;
        if (request.count() > 1)
        {
            if (!request.tryNumber(1))
            {
                return refuse("ERR Protocol version is not an integer or out of range");
            }
            if (request.number() != RespWriter.VERSION_2 && request.number() != RespWriter.VERSION_3)
            {
                return refuse("NOPROTO unsupported protocol version");
            }
            version = (int) request.number();
            part++;
        }
        int userPart = 0;
        String name = null;
        while (part < request.count())
        {
            if (request.is(part, "AUTH") && part + 2 < request.count())
            {
                userPart = part + 1;
                part += 3;
            }
            else if (request.is(part, "SETNAME") && part + 1 < request.count())
            {
                name = RespClientCommand.nameAt(request, part + 1);
                if (name == null)
                {
                    return refuse(RespClientCommand.NOT_A_NAME);
                }
                part += 2;
            }
            else
            {
                return refuse("ERR Syntax error in HELLO option '" + request.text(part, NAME_LENGTH_MAX) + "'");
            }
        }
        if (userPart != 0)
        {
            return logIn(userPart, userPart + 1, true, version, name);
        }
        if (!client.isLoggedIn())
        {
            return refuse("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO " +
                "<proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP " +
                "protocol version at the same time");
        }
        state.loginAsked(true, version, name);
        greet();
        replies.sendOrClose(client.session());
        return FrameAction.CONTINUE;
    }

    private FrameAction refuse(final String text)
    {
        out.error(text);
        replies.sendOrClose(client.session());
        return FrameAction.CONTINUE;
    }

    private FrameAction logIn(
        final int userPart, final int passwordPart, final boolean isHello, final int version, final String name)
    {
        final Session session = client.session();
        if (!logins.takesPasswordsFrom(session))
        {
            return refuse("NOPERM " + LoginDesk.PLAINTEXT_REFUSED);
        }
        final AuthenticationSubmission submission = userPart == 0
            ? submitDefault(passwordPart)
            : logins.submit(
                request.buffer(), request.offset(userPart), request.length(userPart), request.offset(passwordPart),
                request.length(passwordPart), session, 0, loop.nowNs() + LoginDesk.NO_TIMEOUT_NS);
        final LoginRefusal refusal = LoginRefusal.of(submission);
        if (refusal != null)
        {
            final String user = userPart == 0 ? DEFAULT_USER : request.text(userPart, NAME_LENGTH_MAX);
            return refuse(text(refusal, refusal == LoginRefusal.BANNED ? logins.banWaitMs(session, user) : 0));
        }
        state.loginAsked(isHello, version, name);
        state.wasLoggedIn(client.isLoggedIn());
        client.stage(ClientState.Stage.LOGGING_IN);
        session.suspendReading();
        return FrameAction.CONTINUE;
    }

    /** A password alone is that of the user named default. */
    private AuthenticationSubmission submitDefault(final int passwordPart)
    {
        final byte[] both = new byte[defaultUser.length + request.length(passwordPart)];
        System.arraycopy(defaultUser, 0, both, 0, defaultUser.length);
        request.buffer().get(
            request.offset(passwordPart), both, defaultUser.length, request.length(passwordPart));
        try
        {
            return logins.submit(
                ByteBuffer.wrap(both), 0, defaultUser.length, defaultUser.length,
                request.length(passwordPart), client.session(), 0, loop.nowNs() + LoginDesk.NO_TIMEOUT_NS);
        }
        finally
        {
            Arrays.fill(both, (byte) 0);
        }
    }

    void onLogin(final ClientState asking, final LoginRefusal refusal, final int waitMs)
    {
        client = asking;
        state = asking.resp();
        out.begin(state.version());
        if (refusal != null)
        {
            state.loginRefused();
            out.error(text(refusal, waitMs));
        }
        else if (state.isHelloPending())
        {
            greet();
        }
        else
        {
            out.simple("OK");
        }
        replies.sendOrClose(client.session());
    }

    private static String text(final LoginRefusal refusal, final int waitMs)
    {
        return switch (refusal)
        {
            case WRONG -> WRONG_PASSWORD;
            case BANNED -> "ERR " + refusal.text() + ", retry_after_ms=" + waitMs;
            default -> "ERR " + refusal.text();
        };
    }

    private void greet()
    {
        state.takeUpHello();
        out.version(state.version());
        out.map(7)
            .bulk("server").bulk("velocitydb")
            .bulk("version").bulk(REDIS_VERSION)
            .bulk("proto").number(state.version())
            .bulk("id").number(client.session().id())
            .bulk("mode").bulk("standalone")
            .bulk("role").bulk("master")
            .bulk("modules").array(0);
    }

    /** As if it had just connected; whoever has logged in has to do so again. */
    private void reset()
    {
        RespTransactions.end(state);
        state.version(RespWriter.VERSION_2);
        state.name("");
        client.principal(Principal.NOBODY);
        client.stage(ClientState.Stage.CONNECTED);
        client.session().frameLimit(loop.context().initialFrameLimit());
        out.simple("RESET");
    }

    // --- small ones ---

    private void ping()
    {
        if (request.count() > 2)
        {
            out.error(RespErrors.wrongArity("ping"));
        }
        else if (request.count() == 2)
        {
            out.bulk(request.buffer(), request.offset(1), request.length(1));
        }
        else
        {
            out.simple("PONG");
        }
    }

    private void select()
    {
        if (!request.tryNumber(1))
        {
            out.error(RespErrors.NOT_AN_INTEGER);
        }
        else if (request.number() != 0)
        {
            out.error("ERR DB index is out of range");
        }
        else
        {
            out.simple("OK");
        }
    }
}
