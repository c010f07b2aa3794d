package org.velocitydb.server.node;

import java.nio.charset.StandardCharsets;
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

/**
 * The commands of the Redis protocol that ask about the server: TIME, COMMAND, CONFIG and INFO. Owned by one event
 * loop.
 */
final class RespServerCommands
{
    private static final int TEXT_LENGTH_MAX = 128;
    private static final int US_PER_MS = 1000;

    private final LoopServices loop;
    private final RespRequest request;
    private final RespWriter out;
    private final ServerStatistics statistics;
    private final long startedNs;

    RespServerCommands(
        final LoopServices loop, final RespRequest request, final RespWriter out, final ServerStatistics statistics)
    {
        this.loop = loop;
        this.request = request;
        this.out = out;
        this.statistics = statistics;
        startedNs = loop.context().nanoClock().nanoTime();
    }

    void time()
    {
        final long nowMs = loop.context().store().epochClock().time();
        out.array(2).bulk(Long.toString(nowMs / RespReplies.MS_PER_S))
            .bulk(Long.toString(nowMs % RespReplies.MS_PER_S * US_PER_MS));
    }

    // --- COMMAND ---

    void command()
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
            out.error(RespErrors.unknownSubcommand(request.text(1, TEXT_LENGTH_MAX), "COMMAND"));
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

    void config()
    {
        if (!request.is(1, "GET") || request.count() < 3)
        {
            out.error(RespErrors.unknownSubcommand(request.text(1, TEXT_LENGTH_MAX), "CONFIG"));
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
            final byte[] glob = request.text(part, TEXT_LENGTH_MAX).toLowerCase(Locale.ROOT)
                .getBytes(StandardCharsets.US_ASCII);
            if (new GlobPattern(glob).matches(bytes, 0, bytes.capacity()))
            {
                return true;
            }
        }
        return false;
    }

    void info()
    {
        final StringBuilder text = new StringBuilder();
        if (isSection("server"))
        {
            text.append("# Server\r\nredis_version:").append(RespConnection.REDIS_VERSION)
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
            final String asked = request.text(part, TEXT_LENGTH_MAX).toLowerCase(Locale.ROOT);
            isAsked |= asked.equals(name) || asked.equals("all") || asked.equals("default") ||
                asked.equals("everything");
        }
        return isAsked;
    }
}
