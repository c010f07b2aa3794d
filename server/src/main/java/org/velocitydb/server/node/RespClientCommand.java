package org.velocitydb.server.node;

import java.util.concurrent.TimeUnit;

import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.transport.Session;

/**
 * CLIENT of the Redis protocol, which asks and tells about the connection. Owned by one event loop.
 */
final class RespClientCommand
{
    static final String NOT_A_NAME = "ERR Client names cannot contain spaces, newlines or special characters.";
    private static final int NAME_LENGTH_MAX = 128;

    private final LoopServices loop;
    private final RespRequest request;
    private final RespWriter out;

    RespClientCommand(final LoopServices loop, final RespRequest request, final RespWriter out)
    {
        this.loop = loop;
        this.request = request;
        this.out = out;
    }

    /** Answers CLIENT. */
    void answer(final ClientState client)
    {
        final RespState state = client.resp();
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
            setName(state);
        }
        else if (request.is(1, "SETINFO") && count == 4)
        {
            setInfo(state);
        }
        else if (request.is(1, "INFO") && count == 2 || request.is(1, "LIST"))
        {
            out.bulk(line(client));
        }
        else
        {
            out.error(RespErrors.unknownSubcommand(request.text(1, NAME_LENGTH_MAX), "CLIENT"));
        }
    }

    /** A name without what would break a line of CLIENT LIST, or null. */
    static String nameAt(final RespRequest request, final int part)
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

    private void setName(final RespState state)
    {
        final String name = nameAt(request, 2);
        if (name == null)
        {
            out.error(NOT_A_NAME);
            return;
        }
        state.name(name);
        out.simple("OK");
    }

    private void setInfo(final RespState state)
    {
        final String text = nameAt(request, 3);
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

    private String line(final ClientState client)
    {
        final RespState state = client.resp();
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
}
