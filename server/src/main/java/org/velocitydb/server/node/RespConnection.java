package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.server.resp.GlobPattern;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.server.users.AuthenticationOutcome;
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
    private static final int US_PER_MS = 1000;
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    private final LoopServices loop;
    private final LoginDesk logins;
    private final RespRequest request;
    private final RespWriter out;
    private final RespReplies replies;
    private final ServerStatistics statistics;
    private final long startedNs;
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
        this.statistics = statistics;
        startedNs = loop.context().nanoClock().nanoTime();
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
            case TIME -> time();
            case INFO -> info();
            case CONFIG -> config();
            case COMMAND -> command();
            default -> client();
        }
    }

    // --- logging in ---

    private FrameAction onAuth()
    {
        if (request.count() > 3)
        {
            return refuse(RespCompiler.SYNTAX);
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
                name = nameAt(part + 1);
                if (name == null)
                {
                    return refuse("ERR Client names cannot contain spaces, newlines or special characters.");
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
        return switch (submission)
        {
            case QUEUED -> {
                state.loginAsked(isHello, version, name);
                state.wasLoggedIn(client.isLoggedIn());
                client.stage(ClientState.Stage.LOGGING_IN);
                session.suspendReading();
                yield FrameAction.CONTINUE;
            }
            case FULL -> refuse("ERR too many logins at once");
            case BANNED -> refuse("ERR " + LoginDesk.BANNED + ", retry_after_ms=" + logins.banWaitMs(
                session, userPart == 0 ? DEFAULT_USER : request.text(userPart, NAME_LENGTH_MAX)));
            default -> refuse(WRONG_PASSWORD);
        };
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

    void onLogin(
        final ClientState asking, final String user, final Principal principal, final AuthenticationOutcome outcome)
    {
        client = asking;
        state = asking.resp();
        final Session session = client.session();
        out.begin(state.version());
        if (outcome == AuthenticationOutcome.ACCEPTED)
        {
            client.loggedIn(principal);
            session.frameLimit(loop.context().maxFrameLength());
            if (state.isHelloPending())
            {
                greet();
            }
            else
            {
                out.simple("OK");
            }
        }
        else
        {
            state.loginRefused();
            client.stage(state.wasLoggedIn() ? ClientState.Stage.LOGGED_IN : ClientState.Stage.GREETED);
            out.error(switch (outcome)
            {
                case REFUSED -> WRONG_PASSWORD;
                case BANNED -> "ERR " + LoginDesk.BANNED + ", retry_after_ms=" + logins.banWaitMs(session, user);
                default -> "ERR the login could not be verified, try again";
            });
        }
        replies.sendOrClose(session);
        session.resumeReading();
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
        RespHandler.endTransaction(state);
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
            out.error("ERR wrong number of arguments for 'ping' command");
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
            out.error(RespCompiler.NOT_AN_INTEGER);
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

    private void time()
    {
        final long nowMs = loop.context().store().epochClock().time();
        out.array(2).bulk(Long.toString(nowMs / RespReplies.MS_PER_S))
            .bulk(Long.toString(nowMs % RespReplies.MS_PER_S * US_PER_MS));
    }

    private void unknownSubcommand(final String command)
    {
        out.error("ERR unknown subcommand '" + request.text(1, NAME_LENGTH_MAX) + "'. Try " + command + " HELP.");
    }

    // --- CLIENT ---

    private void client()
    {
        final int count = request.count();
        if (request.is(1, "ID") && count == 2)
        {
            out.number(client.session().id());
        }
        else if (request.is(1, "GETNAME") && count == 2)
        {
            if (state.name().isEmpty())
            {
                out.nothing();
            }
            else
            {
                out.bulk(state.name());
            }
        }
        else if (request.is(1, "SETNAME") && count == 3)
        {
            setName();
        }
        else if (request.is(1, "SETINFO") && count == 4)
        {
            setInfo();
        }
        else if (request.is(1, "INFO") && count == 2 || request.is(1, "LIST"))
        {
            out.bulk(clientLine());
        }
        else
        {
            unknownSubcommand("CLIENT");
        }
    }

    /** A name without what would break a line of CLIENT LIST, or null. */
    private String nameAt(final int part)
    {
        if (request.length(part) > NAME_LENGTH_MAX)
        {
            return null;
        }
        for (int i = 0; i < request.length(part); i++)
        {
            final byte next = request.buffer().get(request.offset(part) + i);
            if (next < '!' || next > '~')
            {
                return null;
            }
        }
        return request.text(part, NAME_LENGTH_MAX);
    }

    private void setName()
    {
        final String name = nameAt(2);
        if (name == null)
        {
            out.error("ERR Client names cannot contain spaces, newlines or special characters.");
            return;
        }
        state.name(name);
        out.simple("OK");
    }

    private void setInfo()
    {
        final String text = nameAt(3);
        if (text == null)
        {
            out.error("ERR " + request.text(2, NAME_LENGTH_MAX) +
                " cannot contain spaces, newlines or special characters.");
        }
        else if (request.is(2, "LIB-NAME"))
        {
            state.libraryName(text);
            out.simple("OK");
        }
        else if (request.is(2, "LIB-VER"))
        {
            state.libraryVersion(text);
            out.simple("OK");
        }
        else
        {
            out.error("ERR Unrecognized option '" + request.text(2, NAME_LENGTH_MAX) + "'");
        }
    }

    private String clientLine()
    {
        final Session session = client.session();
        final long nowNs = loop.nowNs();
        return "id=" + session.id() + " addr=" + session.remoteAddress().getAddress().getHostAddress() + ':' +
            session.remoteAddress().getPort() + " name=" + state.name() +
            " age=" + TimeUnit.NANOSECONDS.toSeconds(nowNs - session.openedNs()) +
            " idle=" + TimeUnit.NANOSECONDS.toSeconds(nowNs - session.lastActivityNs()) +
            " flags=N db=0 multi=" + (state.transaction() == null ? -1 : state.transaction().plans().size()) +
            " watch=" + state.watched().size() + " cmd=client user=" + client.principal().name() +
            " lib-name=" + state.libraryName() + " lib-ver=" + state.libraryVersion() +
            " resp=" + state.version() + '\n';
    }

    // --- COMMAND ---

    private void command()
    {
        if (request.count() == 1)
        {
            out.array(RespCommand.values().length);
            for (final RespCommand command : RespCommand.values())
            {
                describe(command);
            }
        }
        else if (request.is(1, "COUNT") && request.count() == 2)
        {
            out.number(RespCommand.values().length);
        }
        else if (request.is(1, "DOCS"))
        {
            out.map(0);
        }
        else if (request.is(1, "LIST") && request.count() == 2)
        {
            out.array(RespCommand.values().length);
            for (final RespCommand command : RespCommand.values())
            {
                out.bulk(command.text());
            }
        }
        else if (request.is(1, "INFO"))
        {
            describeNamed();
        }
        else
        {
            unknownSubcommand("COMMAND");
        }
    }

    private void describeNamed()
    {
        out.array(request.count() - 2);
        for (int part = 2; part < request.count(); part++)
        {
            final RespCommand command = RespCommand.find(request, part);
            if (command == null)
            {
                out.nothing();
            }
            else
            {
                describe(command);
            }
        }
    }

    private void describe(final RespCommand command)
    {
        final String[] flags = command.flags();
        out.array(6).bulk(command.text()).number(command.arity()).array(flags.length);
        for (final String flag : flags)
        {
            out.simple(flag);
        }
        out.number(command.firstKey()).number(command.lastKey()).number(command.keyStep());
    }

    // --- CONFIG and INFO ---

    private void config()
    {
        if (!request.is(1, "GET") || request.count() < 3)
        {
            unknownSubcommand("CONFIG");
            return;
        }
        final Map<String, String> settings = new TreeMap<>(Map.of(
            "appendonly", "yes",
            "appendfsync", "always",
            "databases", "1",
            "maxclients", Integer.toString(loop.operator().settings().maxConnections()),
            "maxmemory", "0",
            "maxmemory-policy", "noeviction",
            "proto-max-bulk-len", Integer.toString(Keys.MAX_VALUE_LENGTH),
            "save", "",
            "timeout", Long.toString(TimeUnit.NANOSECONDS.toSeconds(loop.operator().settings().idleTimeoutNs()))));
        settings.keySet().removeIf((name) -> !isAsked(name));
        out.map(settings.size());
        settings.forEach((name, text) -> out.bulk(name).bulk(text));
    }

    private boolean isAsked(final String name)
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(name.getBytes(StandardCharsets.US_ASCII));
        for (int part = 2; part < request.count(); part++)
        {
            final byte[] glob = request.text(part, NAME_LENGTH_MAX).toLowerCase(Locale.ROOT)
                .getBytes(StandardCharsets.US_ASCII);
            if (new GlobPattern(glob).matches(bytes, 0, bytes.capacity()))
            {
                return true;
            }
        }
        return false;
    }

    private void info()
    {
        final StringBuilder text = new StringBuilder();
        if (isSection("server"))
        {
            text.append("# Server\r\nredis_version:").append(REDIS_VERSION)
                .append("\r\nredis_mode:standalone\r\nvelocitydb_version:").append(loop.context().versionText())
                .append("\r\nprocess_id:").append(ProcessHandle.current().pid())
                .append("\r\nuptime_in_seconds:")
                .append(TimeUnit.NANOSECONDS.toSeconds(loop.nowNs() - startedNs)).append("\r\n\r\n");
        }
        if (isSection("clients"))
        {
            text.append("# Clients\r\nconnected_clients:").append(statistics.connections())
                .append("\r\nmaxclients:").append(loop.operator().settings().maxConnections()).append("\r\n\r\n");
        }
        if (isSection("memory"))
        {
            final Runtime runtime = Runtime.getRuntime();
            text.append("# Memory\r\nused_memory:").append(runtime.totalMemory() - runtime.freeMemory())
                .append("\r\nmaxmemory:0\r\n\r\n");
        }
        if (isSection("persistence"))
        {
            text.append("# Persistence\r\nloading:0\r\naof_enabled:1\r\naof_last_write_status:ok\r\n\r\n");
        }
        if (isSection("replication"))
        {
            text.append("# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n");
        }
        if (isSection("cluster"))
        {
            text.append("# Cluster\r\ncluster_enabled:0\r\n\r\n");
        }
        out.bulk(text.toString());
    }

    private boolean isSection(final String name)
    {
        boolean isAsked = request.count() == 1;
        for (int part = 1; part < request.count(); part++)
        {
            final String asked = request.text(part, NAME_LENGTH_MAX).toLowerCase(Locale.ROOT);
            isAsked |= asked.equals(name) || asked.equals("all") || asked.equals("default") ||
                asked.equals("everything");
        }
        return isAsked;
    }
}
