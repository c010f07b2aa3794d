package org.velocitydb.protocol.v2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Fields;
import org.velocitydb.protocol.Outcome;

/**
 * Turns messages into named fields and back, through the codecs under test.
 */
final class MessageText
{
    private MessageText()
    {
    }

    static int encode(final ByteBuffer buffer, final int offset, final int type, final Fields fields)
    {
        switch (type)
        {
            case MessageType.HELLO :
                return HelloRequest.put(buffer, offset, fields.bytes("client-nonce"), fields.bytes("client-name"));
            case MessageType.SERVER_HELLO :
                return ServerHello.put(
                    buffer, offset, fields.bytes("server-nonce"), fields.bytes("public-key"),
                    fields.bytes("signature"), fields.bytes("server-version"));
            case MessageType.AUTH :
                return AuthRequest.put(buffer, offset, fields.bytes("user"), fields.bytes("password"));
            case MessageType.GET :
                return putBytes(
                    buffer, GetRequest.put(buffer, offset, fields.integer("keyspace"), fields.bytes("key").length),
                    fields.bytes("key"));
            case MessageType.GET_RESULT :
                return putBytes(
                    buffer, GetResult.put(
                        buffer, offset, fields.number("found") == 1, fields.bytes("value").length,
                        fields.number("version"), fields.number("served-at"), ttlMs("", fields)),
                    fields.bytes("value"));
            case MessageType.MULTI_GET :
                return encodeMultiGet(buffer, offset, fields);
            case MessageType.MULTI_GET_RESULT :
                return encodeMultiGetResult(buffer, offset, fields);
            case MessageType.WRITE :
                return encodeWrite(buffer, offset, fields);
            case MessageType.WRITE_RESULT :
                return encodeWriteResult(buffer, offset, fields);
            case MessageType.SCAN :
                return encodeScan(buffer, offset, fields);
            case MessageType.SCAN_RESULT :
                return encodeScanResult(buffer, offset, fields);
            case MessageType.SQL :
                return encodeSql(buffer, offset, fields);
            case MessageType.SQL_RESULT :
                return encodeSqlResult(buffer, offset, fields);
            case MessageType.STATS_RESULT :
                return putBytes(buffer, offset, fields.bytes("json"));
            case MessageType.ERROR :
                return putBytes(
                    buffer, ErrorMessage.put(
                        buffer, offset, ErrorCode.of(fields.integer("code")), Outcome.of(fields.integer("outcome")),
                        fields.integer("position"), (int) fields.number("retry-after-ms"),
                        fields.bytes("text").length),
                    fields.bytes("text"));
            default :
                return offset;
        }
    }

    static Fault decode(
        final ByteBuffer buffer, final int offset, final int length, final int type, final Fields fields)
    {
        switch (type)
        {
            case MessageType.HELLO :
                return decodeHello(buffer, offset, length, fields);
            case MessageType.SERVER_HELLO :
                return decodeServerHello(buffer, offset, length, fields);
            case MessageType.AUTH :
                return decodeAuth(buffer, offset, length, fields);
            case MessageType.GET :
                return decodeGet(buffer, offset, length, fields);
            case MessageType.GET_RESULT :
                return decodeGetResult(buffer, offset, length, fields);
            case MessageType.MULTI_GET :
                return decodeMultiGet(buffer, offset, length, fields);
            case MessageType.MULTI_GET_RESULT :
                return decodeMultiGetResult(buffer, offset, length, fields);
            case MessageType.WRITE :
                return decodeWrite(buffer, offset, length, fields);
            case MessageType.WRITE_RESULT :
                return decodeWriteResult(buffer, offset, length, fields);
            case MessageType.SCAN :
                return decodeScan(buffer, offset, length, fields);
            case MessageType.SCAN_RESULT :
                return decodeScanResult(buffer, offset, length, fields);
            case MessageType.SQL :
                return decodeSql(buffer, offset, length, fields);
            case MessageType.SQL_RESULT :
                return decodeSqlResult(buffer, offset, length, fields);
            case MessageType.STATS_RESULT :
                fields.put("json", buffer, offset, length);
                return Fault.NONE;
            case MessageType.ERROR :
                return decodeError(buffer, offset, length, fields);
            default :
                return Fault.NONE;
        }
    }

    private static int putBytes(final ByteBuffer buffer, final int offset, final byte[] bytes)
    {
        buffer.put(offset, bytes);
        return offset + bytes.length;
    }

    private static long ttlMs(final String prefix, final Fields fields)
    {
        return fields.numberOrZero(prefix + "ttl-ms");
    }

    private static void putTtlMs(final String prefix, final long ttlMs, final Fields fields)
    {
        if (ttlMs != GetResult.NO_TTL)
        {
            fields.put(prefix + "ttl-ms", ttlMs);
        }
    }

    private static int encodeMultiGet(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final int count = fields.count("key", "");
        int next = MultiGetRequest.put(buffer, offset, fields.integer("keyspace"), count);
        for (int i = 0; i < count; i++)
        {
            final byte[] key = fields.bytes("key." + i);
            next = putBytes(buffer, MultiGetRequest.putKeyLength(buffer, next, key.length), key);
        }
        return next;
    }

    private static int encodeMultiGetResult(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final int count = fields.count("entry", ".found");
        int next = MultiGetResult.put(buffer, offset, fields.number("served-at"), count);
        for (int i = 0; i < count; i++)
        {
            final String entry = "entry." + i;
            final byte[] value = fields.bytes(entry + ".value");
            next = MultiGetResult.putEntry(
                buffer, next, fields.number(entry + ".found") == 1, value.length, fields.number(entry + ".version"),
                ttlMs(entry + ".", fields));
            next = putBytes(buffer, next, value);
        }
        return next;
    }

    private static int encodeWrite(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final int count = fields.count("operation", ".kind");
        int next = WriteRequest.put(buffer, offset, Durability.of(fields.integer("durability")), count);
        for (int i = 0; i < count; i++)
        {
            final String operation = "operation." + i;
            final byte[] key = fields.bytes(operation + ".key");
            final byte[] value = fields.bytes(operation + ".value");
            next = WriteRequest.putOperation(
                buffer, next, fields.integer(operation + ".kind"), fields.integer(operation + ".condition"),
                fields.integer(operation + ".flags"), fields.integer(operation + ".keyspace"), key.length,
                value.length, fields.number(operation + ".expected-version"));
            if (fields.has(operation + ".ttl-ms"))
            {
                next = WriteRequest.putTtl(buffer, next, fields.number(operation + ".ttl-ms"));
            }
            next = putBytes(buffer, putBytes(buffer, next, key), value);
        }
        return next;
    }

    private static int encodeWriteResult(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final boolean isReplay = fields.number("replay") == 1;
        return fields.number("status") == WriteResult.STATUS_APPLIED
            ? WriteResult.putApplied(
                buffer, offset, fields.integer("durability"), isReplay, fields.integer("applied-count"),
                fields.number("sequence"), fields.numberOrZero("counter-value"))
            : WriteResult.putConditionFailed(
                buffer, offset, fields.integer("durability"), isReplay, fields.number("sequence"),
                fields.integer("failed-operation"), fields.number("found-version"));
    }

    private static int encodeScan(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final byte[] from = fields.bytes("from");
        final byte[] to = fields.has("to") ? fields.bytes("to") : null;
        final int flags = (fields.number("reverse") == 1 ? ScanRequest.FLAG_REVERSE : 0) |
            (fields.number("keys-only") == 1 ? ScanRequest.FLAG_KEYS_ONLY : 0) |
            (fields.number("prefix") == 1 ? ScanRequest.FLAG_PREFIX : 0);
        final int next = ScanRequest.put(
            buffer, offset, fields.integer("keyspace"), flags, (int) fields.number("limit"), from.length,
            to == null ? ScanRequest.UNBOUNDED : to.length);
        final int afterFrom = putBytes(buffer, next, from);
        return to == null ? afterFrom : putBytes(buffer, afterFrom, to);
    }

    private static int encodeScanResult(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final int count = fields.count("entry", ".key");
        int next = ScanResult.put(buffer, offset, fields.number("served-at"), count);
        for (int i = 0; i < count; i++)
        {
            final byte[] key = fields.bytes("entry." + i + ".key");
            final byte[] value = fields.bytes("entry." + i + ".value");
            next = ScanResult.putEntry(
                buffer, next, key.length, value.length, fields.number("entry." + i + ".version"));
            next = putBytes(buffer, putBytes(buffer, next, key), value);
        }
        return next;
    }

    private static int encodeSql(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final byte[] statement = fields.bytes("statement");
        final int count = fields.count("parameter", ".type");
        int next = putBytes(buffer, SqlRequest.put(buffer, offset, statement.length, count), statement);
        for (int i = 0; i < count; i++)
        {
            next = encodeValue(buffer, next, "parameter." + i, fields);
        }
        return next;
    }

    private static int encodeSqlResult(final ByteBuffer buffer, final int offset, final Fields fields)
    {
        final int columnCount = fields.count("column", "");
        int next = SqlResult.put(
            buffer, offset, fields.number("rows-affected"), fields.number("sequence"),
            (int) fields.number("execution-time-us"), columnCount, fields.integer("durability"));
        for (int i = 0; i < columnCount; i++)
        {
            next = SqlResult.putColumn(buffer, next, fields.bytes("column." + i));
        }
        final int rowCount = fields.integer("row-count");
        next = SqlResult.putRowCount(buffer, next, rowCount);
        for (int i = 0; i < rowCount * columnCount; i++)
        {
            next = encodeValue(buffer, next, "value." + i, fields);
        }
        return next;
    }

    private static int encodeValue(final ByteBuffer buffer, final int offset, final String name, final Fields fields)
    {
        final String type = fields.text(name + ".type");
        switch (type)
        {
            case "null" :
                return SqlValues.putNull(buffer, offset);
            case "text" :
            case "bytes" :
                final byte[] bytes = fields.bytes(name + ".value");
                return putBytes(
                    buffer, SqlValues.putBytesHeader(buffer, offset, "text".equals(type), bytes.length), bytes);
            case "i64" :
                return SqlValues.putI64(buffer, offset, fields.number(name + ".value"));
            case "f64" :
                return SqlValues.putF64(buffer, offset, Double.longBitsToDouble(fields.number(name + ".bits")));
            default :
                return SqlValues.putBoolean(buffer, offset, fields.number(name + ".value") == 1);
        }
    }

    private static Fault decodeHello(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final HelloRequest message = new HelloRequest();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            final byte[] nonce = new byte[HandshakeTranscript.NONCE_LENGTH];
            message.clientNonce(nonce);
            fields.put("client-nonce", nonce)
                .put("client-name", message.clientName().getBytes(StandardCharsets.UTF_8));
        }
        return fault;
    }

    private static Fault decodeServerHello(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final ServerHello message = new ServerHello();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("server-nonce", message.serverNonce())
                .put("public-key", message.publicKey())
                .put("signature", message.signature())
                .put("server-version", message.serverVersion().getBytes(StandardCharsets.UTF_8));
        }
        return fault;
    }

    private static Fault decodeAuth(final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final AuthRequest message = new AuthRequest();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("user", buffer, message.userOffset(), message.userLength())
                .put("password", buffer, message.passwordOffset(), message.passwordLength());
        }
        return fault;
    }

    private static Fault decodeGet(final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final GetRequest message = new GetRequest();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("keyspace", message.keyspace())
                .put("key", buffer, message.keyOffset(), message.keyLength());
        }
        return fault;
    }

    private static Fault decodeGetResult(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final GetResult message = new GetResult();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("found", message.isFound() ? 1 : 0)
                .put("value", buffer, message.valueOffset(), message.valueLength())
                .put("version", message.version())
                .put("served-at", message.servedAt());
            putTtlMs("", message.ttlMs(), fields);
        }
        return fault;
    }

    private static Fault decodeMultiGet(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final MultiGetRequest message = new MultiGetRequest();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("keyspace", message.keyspace());
            for (int i = 0; message.next(); i++)
            {
                fields.put("key." + i, buffer, message.keyOffset(), message.keyLength());
            }
        }
        return fault;
    }

    private static Fault decodeMultiGetResult(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final MultiGetResult message = new MultiGetResult();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("served-at", message.servedAt());
            for (int i = 0; message.next(); i++)
            {
                fields.put("entry." + i + ".found", message.isFound() ? 1 : 0)
                    .put("entry." + i + ".version", message.version())
                    .put("entry." + i + ".value", buffer, message.valueOffset(), message.valueLength());
                putTtlMs("entry." + i + ".", message.ttlMs(), fields);
            }
        }
        return fault;
    }

    private static Fault decodeWrite(final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final WriteRequest message = new WriteRequest();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("durability", message.durability());
            for (int i = 0; message.next(); i++)
            {
                final String operation = "operation." + i;
                fields.put(operation + ".kind", message.kind())
                    .put(operation + ".condition", message.condition())
                    .put(operation + ".flags", message.flags())
                    .put(operation + ".keyspace", message.keyspace())
                    .put(operation + ".expected-version", message.expectedVersion())
                    .put(operation + ".key", buffer, message.keyOffset(), message.keyLength())
                    .put(operation + ".value", buffer, message.valueOffset(), message.valueLength());
                putTtlMs(operation + ".", message.ttlMs(), fields);
            }
        }
        return fault;
    }

    private static Fault decodeWriteResult(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final WriteResult message = new WriteResult();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("status", message.isApplied() ? 1 : 2)
                .put("durability", message.durability())
                .put("replay", message.isReplay() ? 1 : 0)
                .put("applied-count", message.appliedCount())
                .put("sequence", message.sequence())
                .put("failed-operation", message.failedOperation())
                .put("found-version", message.foundVersion());
            if (message.counterValue() != 0)
            {
                fields.put("counter-value", message.counterValue());
            }
        }
        return fault;
    }

    private static Fault decodeScan(final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final ScanRequest message = new ScanRequest();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("keyspace", message.keyspace())
                .put("reverse", message.isReverse() ? 1 : 0)
                .put("keys-only", message.isKeysOnly() ? 1 : 0)
                .put("prefix", message.isPrefix() ? 1 : 0)
                .put("limit", message.limit())
                .put("from", buffer, message.fromOffset(), message.fromLength());
            if (message.hasTo())
            {
                fields.put("to", buffer, message.toOffset(), message.toLength());
            }
        }
        return fault;
    }

    private static Fault decodeScanResult(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final ScanResult message = new ScanResult();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("served-at", message.servedAt());
            for (int i = 0; message.next(); i++)
            {
                fields.put("entry." + i + ".key", buffer, message.keyOffset(), message.keyLength())
                    .put("entry." + i + ".value", buffer, message.valueOffset(), message.valueLength())
                    .put("entry." + i + ".version", message.version());
            }
        }
        return fault;
    }

    private static Fault decodeSql(final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final SqlRequest message = new SqlRequest();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("statement", buffer, message.statementOffset(), message.statementLength());
            final SqlValues values = new SqlValues();
            message.parameters(values);
            decodeValues(buffer, values, "parameter.", fields);
        }
        return fault;
    }

    private static Fault decodeSqlResult(
        final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final SqlResult message = new SqlResult();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("rows-affected", message.rowsAffected())
                .put("sequence", message.sequence())
                .put("execution-time-us", message.executionTimeUs())
                .put("durability", message.durability())
                .put("row-count", message.rowCount());
            for (int i = 0; i < message.columnCount(); i++)
            {
                fields.put("column." + i, message.columnName(i).getBytes(StandardCharsets.UTF_8));
            }
            final SqlValues values = new SqlValues();
            message.values(values);
            decodeValues(buffer, values, "value.", fields);
        }
        return fault;
    }

    private static void decodeValues(
        final ByteBuffer buffer, final SqlValues values, final String prefix, final Fields fields)
    {
        for (int i = 0; values.next(); i++)
        {
            final String name = prefix + i;
            switch (values.type())
            {
                case SqlValues.TYPE_NULL :
                    fields.put(name + ".type", "null");
                    break;
                case SqlValues.TYPE_TEXT :
                case SqlValues.TYPE_BYTES :
                    fields.put(name + ".type", values.type() == SqlValues.TYPE_TEXT ? "text" : "bytes")
                        .put(name + ".value", buffer, values.bytesOffset(), values.bytesLength());
                    break;
                case SqlValues.TYPE_I64 :
                    fields.put(name + ".type", "i64").put(name + ".value", values.i64());
                    break;
                case SqlValues.TYPE_F64 :
                    fields.put(name + ".type", "f64")
                        .put(name + ".bits", Double.doubleToRawLongBits(values.f64()));
                    break;
                default :
                    fields.put(name + ".type", "boolean").put(name + ".value", values.isTrue() ? 1 : 0);
                    break;
            }
        }
    }

    private static Fault decodeError(final ByteBuffer buffer, final int offset, final int length, final Fields fields)
    {
        final ErrorMessage message = new ErrorMessage();
        final Fault fault = message.tryWrap(buffer, offset, length);
        if (fault == Fault.NONE)
        {
            fields.put("code", message.codeValue())
                .put("outcome", message.outcome().code())
                .put("position", message.position())
                .put("retry-after-ms", message.retryAfterMs())
                .put("text", message.text().getBytes(StandardCharsets.UTF_8));
        }
        return fault;
    }
}
