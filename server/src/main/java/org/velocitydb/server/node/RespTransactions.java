package org.velocitydb.server.node;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.server.resp.RespCommand;
import org.velocitydb.server.resp.RespRequest;
import org.velocitydb.server.resp.RespWriter;
import org.velocitydb.transport.FrameAction;

/**
 * MULTI, EXEC, DISCARD, WATCH and UNWATCH, and what comes between. A transaction becomes one command to the writer: the
 * keys that are watched as its conditions, and the operations of all that was queued. Owned by one event loop.
 */
final class RespTransactions
{
    private static final String TOO_LARGE = "OOM the transaction is too large";

    private final LoopServices loop;
    private final RespRequest request;
    private final RespWriter out;
    private final RespAnswers answers;
    private final RespSender sender;
    private final RespTable table;
    private final RespCompiler compiler;
    private final RespConnection connection;
    /** Of the command that is queued, as the compiler makes them. */
    private final RespOperations queued;
    private final RespOperations operations = new RespOperations();
    private final RespTransaction.Budget budget = new RespTransaction.Budget();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final EntryView value = new EntryView();

    RespTransactions(
        final LoopServices loop,
        final RespRequest request,
        final RespWriter out,
        final RespAnswers answers,
        final RespSender sender,
        final RespTable table,
        final RespCompiler compiler,
        final RespConnection connection,
        final RespOperations queued)
    {
        this.loop = loop;
        this.request = request;
        this.out = out;
        this.answers = answers;
        this.sender = sender;
        this.table = table;
        this.compiler = compiler;
        this.connection = connection;
        this.queued = queued;
    }

    /** Whether a command is queued that comes between MULTI and EXEC. */
    static boolean isQueued(final RespCommand command)
    {
        return switch (command)
        {
            case DISCARD, EXEC, MULTI, QUIT, RESET, WATCH -> false;
            default -> true;
        };
    }

    /** Forgets what was queued and what is watched. */
    static void end(final RespState state)
    {
        if (state.transaction() != null)
        {
            state.transaction().close();
            state.transaction(null);
        }
        state.unwatch();
    }

    // --- before EXEC ---

    FrameAction onMulti(final ClientState client)
    {
        if (client.resp().transaction() != null)
        {
            return answers.refuse(client, "ERR MULTI calls can not be nested");
        }
        client.resp().transaction(new RespTransaction(budget));
        out.simple("OK");
        return answers.respond(client);
    }

    FrameAction onQueued(final ClientState client, final RespCommand command)
    {
        if (RespAnswers.mustWait(client))
        {
            return RespAnswers.waitFor(client);
        }
        queued.clear();
        final RespPlan plan;
        if (RespCompiler.isWrite(command) || RespCompiler.isKeyRead(command))
        {
            final String problem = compiler.compile(request, command, client.principal(), true);
            if (problem != null && RespErrors.isForbidding(problem))
            {
                return answers.spoil(client, problem);
            }
            plan = problem == null ? compiler.plan() : planOfNothing(client, problem);
        }
        else
        {
            final byte[] answer = connection.answerOf(client, command);
            if (answer == null)
            {
                return answers.spoil(client, "ERR '" + command.text() + "' is not supported in a transaction");
            }
            plan = RespPlan.literal(answer);
        }
        out.begin(client.resp().version());
        if (!client.resp().transaction().tryAdd(plan, queued, loop.batchLengthMax()))
        {
            return answers.spoil(client, TOO_LARGE);
        }
        if (plan.form() != RespForm.LITERAL)
        {
            loop.audit().queued();
        }
        out.simple("QUEUED");
        return answers.respond(client);
    }

    /** A command of which nothing can be done for its arguments says so in its turn; the others are done. */
    private RespPlan planOfNothing(final ClientState client, final String problem)
    {
        queued.clear();
        loop.audit().refused();
        out.begin(client.resp().version()).error(problem);
        final byte[] answer = new byte[out.length()];
        out.buffer().getBytes(0, answer);
        return RespPlan.literal(answer);
    }

    FrameAction onDiscard(final ClientState client)
    {
        if (client.resp().transaction() == null)
        {
            return answers.refuse(client, "ERR DISCARD without MULTI");
        }
        end(client.resp());
        out.simple("OK");
        return answers.respond(client);
    }

    FrameAction onWatch(final ClientState client)
    {
        if (client.resp().transaction() != null)
        {
            return answers.refuse(client, "ERR WATCH inside MULTI is not allowed");
        }
        final StoreReader reader = loop.reader();
        if (!table.find(reader))
        {
            return answers.refuse(client, table.absentText());
        }
        for (int part = RespDraft.KEY; part < request.count(); part++)
        {
            final String problem = watch(client, reader, request.bytes(part));
            if (problem != null)
            {
                return answers.refuse(client, problem);
            }
        }
        out.simple("OK");
        return answers.respond(client);
    }

    private String watch(final ClientState client, final StoreReader reader, final byte[] bytes)
    {
        key.wrap(bytes);
        if (!RespTable.isKeyLength(bytes.length))
        {
            return "ERR key length out of range: length=" + bytes.length;
        }
        if (client.principal().isScoped() &&
            !AccessRules.allowsKey(client.principal(), reader, table.keyspace(), key, 0, bytes.length))
        {
            return RespErrors.NO_KEY_PERMISSION;
        }
        final boolean isFound = reader.get(table.keyspace(), key, 0, bytes.length, value);
        return client.resp().tryWatch(new RespState.Watched(table.keyspace(), bytes, isFound ? value.sequence() : 0))
            ? null
            : "ERR too many keys are watched: max=" + RespState.WATCH_COUNT_MAX + ", bytes_max=" +
                RespState.WATCH_BYTES_MAX;
    }

    FrameAction onUnwatch(final ClientState client)
    {
        client.resp().unwatch();
        out.simple("OK");
        return answers.respond(client);
    }

    // --- EXEC ---

    FrameAction onExec(final ClientState client)
    {
        final RespState state = client.resp();
        final RespTransaction transaction = state.transaction();
        if (transaction == null)
        {
            // What is watched stays so, as in Redis: the transaction that it is watched for has not begun.
            return RespAnswers.mustWait(client)
                ? RespAnswers.waitFor(client)
                : answers.refuse(client, "ERR EXEC without MULTI");
        }
        if (transaction.isSpoilt())
        {
            return giveUp(client, "EXECABORT Transaction discarded because of previous errors.");
        }
        operations.clear();
        addWatched(state.watched());
        operations.addAll(transaction.operations());
        if (operations.lengthBytes() > loop.batchLengthMax())
        {
            return giveUp(client, TOO_LARGE);
        }
        if (operations.count() == 0)
        {
            return execLiterals(client, transaction);
        }
        final CommandSlot slot = loop.hasRoomForRequest(client) ? loop.tryClaim(operations.lengthBytes()) : null;
        if (slot == null)
        {
            return FrameAction.RETRY;
        }
        slot.payload().putBytes(0, operations.buffer(), 0, operations.lengthBytes());
        slot.operations(operations.count(), Durability.STORE_DEFAULT).evaluated(true);
        final List<RespPlan> plans = new ArrayList<>(transaction.plans().size() + 1);
        plans.add(RespPlan.of(RespForm.WATCHED, state.watched().size()));
        plans.addAll(transaction.plans());
        state.executing().addLast(plans);
        end(state);
        sender.send(client, slot, RespForm.EXEC, RespCommand.EXEC);
        return FrameAction.CONTINUE;
    }

    private FrameAction giveUp(final ClientState client, final String text)
    {
        if (RespAnswers.mustWait(client))
        {
            return RespAnswers.waitFor(client);
        }
        end(client.resp());
        return answers.refuse(client, text);
    }

    private void addWatched(final List<RespState.Watched> watched)
    {
        for (final RespState.Watched one : watched)
        {
            operations.add(
                OperationDescriptor.KIND_CHECK,
                one.version() == 0 ? OperationDescriptor.CONDITION_ABSENT : OperationDescriptor.CONDITION_VERSION, 0,
                one.version(), one.keyspace(), ByteBuffer.wrap(one.key()), 0, one.key().length);
        }
    }

    private FrameAction execLiterals(final ClientState client, final RespTransaction transaction)
    {
        if (RespAnswers.mustWait(client))
        {
            return RespAnswers.waitFor(client);
        }
        out.array(transaction.plans().size());
        transaction.plans().forEach((plan) -> out.raw(plan.literal()));
        end(client.resp());
        return answers.respondInParts(client);
    }
}
