package org.velocitydb.server.node;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.Store;
import org.velocitydb.engine.StoreReader;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.sql.InsertStatement;
import org.velocitydb.engine.sql.SelectStatement;
import org.velocitydb.engine.sql.SelectStatement.Column;
import org.velocitydb.engine.sql.SelectStatement.Projection;
import org.velocitydb.engine.sql.StatementTemplate;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.server.users.Principal;
import org.velocitydb.transport.FrameAction;
import org.velocitydb.transport.Session;

/**
 * Executes the statements that services live on straight from a message's parameters, without making a statement of
 * them: the read of one key, and INSERT. Allocation-free once warm. It does what is right in every respect and nothing
 * else: what is to be refused or is out of the ordinary it leaves to the long way, which has the words for it.
 */
final class SqlFastPath
{
    /** What {@link #tryExecute} gives where the statement is to go the long way. */
    static final FrameAction NOT_TAKEN = null;

    private final Version2Handler handler;
    private final LoopServices loop;
    private final FrameDecoder decoder;
    private final FrameCodec codec;
    private final SqlOperands operands = new SqlOperands();
    private final EntryView value = new EntryView();

    SqlFastPath(
        final Version2Handler handler, final LoopServices loop, final FrameDecoder decoder, final FrameCodec codec)
    {
        this.handler = handler;
        this.loop = loop;
        this.decoder = decoder;
        this.codec = codec;
    }

    /**
     * Executes a statement if it is one of those.
     *
     * @param client   that asks.
     * @param template that was parsed before.
     * @param request  with the parameters.
     * @return what is to become of the frame, or {@link #NOT_TAKEN}.
     */
    FrameAction tryExecute(final ClientState client, final StatementTemplate template, final SqlDecoder request)
    {
        if (template.shape() == StatementTemplate.Shape.OTHER ||
            template.parameterCount() != request.parameterCount())
        {
            return NOT_TAKEN;
        }
        request.operands(template, operands);
        final FrameAction action = template.shape() == StatementTemplate.Shape.POINT_SELECT
            ? select(client, (SelectStatement) template.statement())
            : insert(client, template, (InsertStatement) template.statement(), request);
        if (action == FrameAction.CONTINUE)
        {
            loop.context().sqlCounters().executedFast();
        }
        return action;
    }

    // --- SELECT ---

    private FrameAction select(final ClientState client, final SelectStatement select)
    {
        if (!operands.next() || !isKey(operands.length()) || select.projection().columns().contains(Column.TTL))
        {
            return NOT_TAKEN;
        }
        final DirectBuffer key = operands.buffer();
        final int keyOffset = operands.offset();
        final int keyLength = operands.length();
        final Principal principal = client.principal();
        if (isOutside(principal, select.table().name(), key, keyOffset, keyLength))
        {
            return NOT_TAKEN;
        }
        final StoreReader reader = loop.reader();
        final int keyspace = reader.keyspace(select.table().name());
        if (keyspace == Store.NULL_KEYSPACE)
        {
            return NOT_TAKEN;
        }
        final boolean isFound;
        try
        {
            isFound = reader.get(keyspace, key, keyOffset, keyLength, value);
        }
        catch (final CorruptionException ex)
        {
            return NOT_TAKEN;
        }
        return answer(client.session(), select, reader.sequence(), isFound);
    }

    private FrameAction answer(
        final Session session, final SelectStatement select, final long sequence, final boolean isFound)
    {
        final Projection projection = select.projection();
        final int keyLength = operands.length();
        final int valueLength = isFound ? value.value().capacity() : 0;
        final long frameLength = FrameDescriptor.HEADER_LENGTH + SqlResult.HEADER_LENGTH + Integer.BYTES +
            SqlRows.columnsLength(projection) + (long) SqlRows.length(projection, keyLength, valueLength);
        if (frameLength > loop.context().maxFrameLength() ||
            keyLength + (long) valueLength > loop.limits().resultBytesMax())
        {
            return NOT_TAKEN;
        }
        final int offset = session.claim((int) frameLength);
        if (offset == Session.NO_ROOM)
        {
            return FrameAction.RETRY;
        }
        final ByteBuffer output = session.output();
        int limit = FrameCodec.begin(output, offset, MessageType.SQL_RESULT, decoder.correlationId());
        limit = SqlResult.put(output, limit, isFound ? 1 : 0, sequence, 0, SqlRows.columnCount(projection), 0);
        limit = SqlRows.putColumns(output, limit, projection);
        limit = SqlResult.putRowCount(output, limit, isFound ? 1 : 0);
        if (isFound)
        {
            limit = putRow(output, limit, projection);
        }
        session.commit(codec.seal(output, offset, limit));
        loop.audit().pointSelect(select, operands.buffer(), operands.offset(), keyLength);
        loop.audit().absent(!isFound);
        return FrameAction.CONTINUE;
    }

    private int putRow(final ByteBuffer output, final int offset, final Projection projection)
    {
        int limit = offset;
        for (int i = 0; i < projection.columns().size(); i++)
        {
            limit = switch (projection.columns().get(i))
            {
                case KEY -> SqlRows.putBytes(
                    output, limit, operands.buffer(), operands.offset(), operands.length());
                case VALUE -> SqlRows.putBytes(output, limit, value.value(), 0, value.value().capacity());
                default -> SqlValues.putI64(output, limit, value.sequence());
            };
        }
        return limit;
    }

    // --- INSERT ---

    private FrameAction insert(
        final ClientState client,
        final StatementTemplate template,
        final InsertStatement insert,
        final SqlDecoder request)
    {
        final long payloadLength = payloadLength(client.principal(), template, insert.table().name());
        if (payloadLength < 0 || payloadLength > loop.batchLengthMax())
        {
            return NOT_TAKEN;
        }
        final int keyspace = loop.reader().keyspace(insert.table().name());
        if (keyspace == Store.NULL_KEYSPACE)
        {
            return NOT_TAKEN;
        }
        final CommandSlot slot = loop.tryClaim((int) payloadLength);
        if (slot == null)
        {
            return FrameAction.RETRY;
        }
        request.operands(template, operands);
        final int rowCount = template.operandCount() / 2;
        int offset = 0;
        for (int i = 0; i < rowCount; i++)
        {
            offset = putRow(slot, offset, insert, keyspace);
        }
        slot.operations(rowCount, Durability.STORE_DEFAULT);
        loop.audit().statement(insert);
        handler.send(client, slot, ReplyTag.FORM_V2_SQL);
        return FrameAction.CONTINUE;
    }

    /**
     * Length of the operations, or less than 0 where something about them is to be looked at more closely.
     */
    private long payloadLength(final Principal principal, final StatementTemplate template, final String table)
    {
        if (!principal.mayWrite())
        {
            return -1;
        }
        long payloadLength = 0;
        for (int i = 0; i < template.operandCount(); i += 2)
        {
            if (!operands.next() || !isKey(operands.length()) ||
                isOutside(principal, table, operands.buffer(), operands.offset(), operands.length()))
            {
                return -1;
            }
            final int keyLength = operands.length();
            if (!operands.next() || operands.length() > Keys.MAX_VALUE_LENGTH)
            {
                return -1;
            }
            payloadLength += OperationDescriptor.encodedLength(keyLength, operands.length());
        }
        return payloadLength;
    }

    private int putRow(
        final CommandSlot slot, final int offset, final InsertStatement insert, final int keyspace)
    {
        operands.next();
        final int keyLength = operands.length();
        final int userKeyOffset = OperationDescriptor.userKeyOffset(offset);
        slot.payload().putBytes(userKeyOffset, operands.buffer(), operands.offset(), keyLength);
        operands.next();
        final int valueLength = operands.length();
        slot.payload().putBytes(userKeyOffset + keyLength, operands.buffer(), operands.offset(), valueLength);
        OperationDescriptor.putHeader(
            slot.payload(), offset, OperationDescriptor.KIND_PUT, insert.condition(), insert.flags(), 0, keyspace,
            keyLength, valueLength);
        return offset + OperationDescriptor.encodedLength(keyLength, valueLength);
    }

    private static boolean isKey(final int length)
    {
        return length > 0 && length <= Keys.MAX_KEY_LENGTH;
    }

    private static boolean isOutside(
        final Principal principal, final String table, final DirectBuffer key, final int offset, final int length)
    {
        return !principal.mayAdminister() && principal.isScoped() &&
            !AccessRules.allowsKey(principal, table, key, offset, length);
    }
}
