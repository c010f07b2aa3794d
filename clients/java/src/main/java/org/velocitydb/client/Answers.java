package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Utf8;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.MultiGetResult;
import org.velocitydb.protocol.v2.ServerHello;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.protocol.v2.WriteResult;

/**
 * How each kind of answer is read.
 */
final class Answers
{
    private Answers()
    {
    }

    static final class Empty extends Answer<Void>
    {
        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            return Fault.NONE;
        }

        @Override
        Void result()
        {
            return null;
        }
    }

    static final class Hello extends Answer<Handshake.ServerIdentity>
    {
        private final ServerHello message = new ServerHello();
        private Handshake.ServerIdentity result;

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            if (fault == Fault.NONE)
            {
                result = new Handshake.ServerIdentity(
                    message.serverNonce(), message.publicKey(), message.signature(), message.serverVersion());
            }
            return fault;
        }

        @Override
        Handshake.ServerIdentity result()
        {
            return result;
        }
    }

    static final class Get extends Answer<Optional<VersionedValue>>
    {
        private final GetResult message = new GetResult();
        private Optional<VersionedValue> result;

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            if (fault == Fault.NONE)
            {
                result = message.isFound()
                    ? Optional.of(
                        new VersionedValue(
                            copy(buffer, message.valueOffset(), message.valueLength()), message.version(),
                            message.servedAt(), message.ttlMs()))
                    : Optional.empty();
            }
            return fault;
        }

        @Override
        Optional<VersionedValue> result()
        {
            return result;
        }
    }

    static final class MultiGet extends Answer<List<Optional<VersionedValue>>>
    {
        private final MultiGetResult message = new MultiGetResult();
        private final List<Optional<VersionedValue>> result = new ArrayList<>();

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            while (fault == Fault.NONE && message.next())
            {
                result.add(
                    message.isFound()
                        ? Optional.of(
                            new VersionedValue(
                                copy(buffer, message.valueOffset(), message.valueLength()), message.version(),
                                message.servedAt(), message.ttlMs()))
                        : Optional.empty());
            }
            return fault;
        }

        @Override
        List<Optional<VersionedValue>> result()
        {
            return result;
        }
    }

    static final class Write extends Answer<WriteAnswer>
    {
        private final WriteResult message = new WriteResult();
        private WriteAnswer result;

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            if (fault == Fault.NONE)
            {
                result = new WriteAnswer(
                    message.isApplied(), Durability.of(message.durability()), message.isReplay(),
                    message.appliedCount(), message.sequence(), message.failedOperation(), message.foundVersion(),
                    message.counterValue());
            }
            return fault;
        }

        @Override
        WriteAnswer result()
        {
            return result;
        }
    }

    static final class Text extends Answer<String>
    {
        private String result;

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            if (!Utf8.isValid(buffer, offset, length))
            {
                return Fault.NOT_UTF8;
            }
            result = Utf8.text(buffer, offset, length);
            return Fault.NONE;
        }

        @Override
        String result()
        {
            return result;
        }
    }

    static final class Query extends Answer<QueryResult>
    {
        private final SqlResult message = new SqlResult();
        private final SqlValues values = new SqlValues();
        private final List<String> columns = new ArrayList<>();
        private final List<QueryResult.Row> rows = new ArrayList<>();
        private QueryResult result;

        @Override
        Fault onMessage(final ByteBuffer buffer, final int offset, final int length)
        {
            final Fault fault = message.tryWrap(buffer, offset, length);
            if (fault != Fault.NONE)
            {
                return fault;
            }
            final int columnCount = message.columnCount();
            if (result == null)
            {
                for (int i = 0; i < columnCount; i++)
                {
                    columns.add(message.columnName(i));
                }
            }
            else if (columnCount != columns.size())
            {
                return Fault.BAD_FIELD;
            }
            addRows(message, values, buffer, rows);
            result = new QueryResult(
                Collections.unmodifiableList(columns), Collections.unmodifiableList(rows), message.rowsAffected(),
                message.sequence(), message.executionTimeUs(), Durability.of(message.durability()));
            return Fault.NONE;
        }

        static void addRows(
            final SqlResult message, final SqlValues values, final ByteBuffer buffer, final List<QueryResult.Row> rows)
        {
            final int columnCount = message.columnCount();
            message.values(values);
            for (long i = 0, end = message.rowCount(); i < end; i++)
            {
                final List<Object> row = new ArrayList<>(columnCount);
                for (int column = 0; column < columnCount; column++)
                {
                    values.next();
                    row.add(value(values, buffer));
                }
                rows.add(new QueryResult.Row(Collections.unmodifiableList(row)));
            }
        }

        private static Object value(final SqlValues values, final ByteBuffer buffer)
        {
            switch (values.type())
            {
                case SqlValues.TYPE_TEXT :
                    return Utf8.text(buffer, values.bytesOffset(), values.bytesLength());
                case SqlValues.TYPE_BYTES :
                    return copy(buffer, values.bytesOffset(), values.bytesLength());
                case SqlValues.TYPE_I64 :
                    return values.i64();
                case SqlValues.TYPE_F64 :
                    return values.f64();
                case SqlValues.TYPE_BOOLEAN :
                    return values.isTrue();
                default :
                    return null;
            }
        }

        @Override
        QueryResult result()
        {
            return result;
        }
    }
}
