package org.velocitydb.server.node;

import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.users.Principal;

/**
 * Makes operations of commands of the Redis protocol: of those that write, and, for a transaction, of those that read.
 * Owned by one event loop; allocation-free once warm where nothing is wrong with the command.
 */
final class RespCompiler
{
    private static final int MS_PER_S = RespReplies.MS_PER_S;

    private final LoopServices loop;
    private final RespTable table;
    private final RespDraft draft;
    private final RespValueCommands values;
    private final RespExpiryCommands expiries;
    private final RespReadCommands reads;

    RespCompiler(final LoopServices loop, final RespOperations operations, final RespTable table)
    {
        this.loop = loop;
        this.table = table;
        draft = new RespDraft(loop, operations);
        final RespOptions options = new RespOptions(draft);
        values = new RespValueCommands(draft, options);
        expiries = new RespExpiryCommands(draft, options);
        reads = new RespReadCommands(draft);
    }

    /** Whether a command goes through the writer, in a transaction or not. */
    static boolean isWrite(final RespCommand command)
    {
        return switch (command)
        {
            case APPEND, DECR, DECRBY, DEL, EXPIRE, EXPIREAT, GETDEL, GETEX, GETSET, INCR, INCRBY, MSET, MSETNX,
                PERSIST, PEXPIRE, PEXPIREAT, PSETEX, SET, SETEX, SETNX, SETRANGE, UNLINK -> true;
            default -> false;
        };
    }

    /** Whether a command that only reads can be done in a transaction. */
    static boolean isKeyRead(final RespCommand command)
    {
        return switch (command)
        {
            case EXISTS, EXPIRETIME, GET, GETRANGE, MGET, PEXPIRETIME, PTTL, STRLEN, SUBSTR, TOUCH, TTL, TYPE -> true;
            default -> false;
        };
    }

    /**
     * Makes operations of a command.
     *
     * @param request       that asks.
     * @param command       of the request, whose number of parts is right.
     * @param user          who asks.
     * @param inTransaction whether it is to be done with others.
     * @return null, or what is wrong with it.
     */
    String compile(
        final RespRequest request, final RespCommand command, final Principal user, final boolean inTransaction)
    {
        if (!table.find(loop.reader()))
        {
            return table.absentText();
        }
        draft.begin(request, command, user, table.keyspace(), inTransaction);
        if (isWrite(command) && !user.mayWrite())
        {
            return RespErrors.noPermission(command.text());
        }
        compile(command);
        draft.checkLength();
        return draft.problem();
    }

    private void compile(final RespCommand command)
    {
        switch (command)
        {
            case SET -> values.set();
            case SETNX -> values.setIfAbsent();
            case SETEX -> values.setWithTtl(MS_PER_S);
            case PSETEX -> values.setWithTtl(1);
            case GETSET -> values.getAndSet();
            case GETDEL -> values.getAndDelete();
            case DEL, UNLINK -> values.delete();
            case MSET -> values.setSeveral();
            case MSETNX -> values.setSeveralIfAbsent();
            case INCR -> values.add(1);
            case DECR -> values.add(-1);
            case INCRBY, DECRBY -> values.addNumber();
            case APPEND -> values.append();
            case SETRANGE -> values.setRange();
            case GETEX -> expiries.getAndExpire();
            case EXPIRE -> expiries.expire(MS_PER_S, false);
            case PEXPIRE -> expiries.expire(1, false);
            case EXPIREAT -> expiries.expire(MS_PER_S, true);
            case PEXPIREAT -> expiries.expire(1, true);
            case PERSIST -> expiries.persist();
            default -> reads.read();
        }
    }

    RespForm form()
    {
        return draft.form();
    }

    boolean isEvaluated()
    {
        return draft.isEvaluated();
    }

    boolean wantsResults()
    {
        return draft.wantsResults();
    }

    RespPlan plan()
    {
        return draft.plan();
    }
}
