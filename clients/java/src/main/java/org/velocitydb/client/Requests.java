package org.velocitydb.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Makes the messages that have no class of their own to build them.
 */
final class Requests
{
    /** Longest encoding of a value that has no bytes: type and 64 bits. */
    private static final int MAX_FIXED_VALUE_LENGTH = 9;
    private static final int BYTES_HEADER_LENGTH = 5;

    private Requests()
    {
    }

    static void requireKey(final byte[] key)
    {
        if (!Limits.isKeyLength(key.length))
        {
            throw new IllegalArgumentException(
                "key length out of range: length=" + key.length + ", min=1, max=" + Limits.MAX_KEY_LENGTH);
        }
    }

    static RequestMessage hello(final byte[] clientNonce, final String clientName)
    {
        final byte[] name = utf8(clientName);
        return RequestMessage.reading(
            MessageType.HELLO, clientNonce.length + Short.BYTES + name.length,
            (buffer, offset) -> HelloRequest.put(buffer, offset, clientNonce, name));
    }

    static RequestMessage auth(final String user, final String password)
    {
        final byte[] userBytes = utf8(user);
        final byte[] passwordBytes = utf8(password);
        if (userBytes.length > Limits.MAX_USER_LENGTH || passwordBytes.length > Limits.MAX_PASSWORD_LENGTH)
        {
            throw new IllegalArgumentException(
                "user or password too long: maxUserLength=" + Limits.MAX_USER_LENGTH + ", maxPasswordLength=" +
                    Limits.MAX_PASSWORD_LENGTH);
        }
        return RequestMessage.reading(
            MessageType.AUTH, 2 * Short.BYTES + userBytes.length + passwordBytes.length,
            (buffer, offset) -> AuthRequest.put(buffer, offset, userBytes, passwordBytes));
    }

    static RequestMessage get(final byte[] key)
    {
        requireKey(key);
        return RequestMessage.reading(
            MessageType.GET, GetRequest.HEADER_LENGTH + key.length, (buffer, offset) ->
            {
                final int next = GetRequest.put(buffer, offset, Limits.DEFAULT_KEYSPACE, key.length);
                buffer.put(next, key);
                return next + key.length;
            });
    }

    static RequestMessage multiGet(final List<byte[]> keys)
    {
        if (keys.isEmpty() || keys.size() > Limits.MAX_MULTI_GET_COUNT)
        {
            throw new IllegalArgumentException(
                "number of keys out of range: count=" + keys.size() + ", min=1, max=" + Limits.MAX_MULTI_GET_COUNT);
        }
        int length = MultiGetRequest.HEADER_LENGTH;
        for (final byte[] key : keys)
        {
            requireKey(key);
            length = Math.addExact(length, MultiGetRequest.KEY_HEADER_LENGTH + key.length);
        }
        return RequestMessage.reading(
            MessageType.MULTI_GET, length, (buffer, offset) ->
            {
                int next = MultiGetRequest.put(buffer, offset, Limits.DEFAULT_KEYSPACE, keys.size());
                for (final byte[] key : keys)
                {
                    next = putBytes(buffer, MultiGetRequest.putKeyLength(buffer, next, key.length), key);
                }
                return next;
            });
    }

    /** A statement that may change something leaves a doubt when its answer is lost. */
    static RequestMessage sql(final String statement, final Object[] parameters)
    {
        final byte[] text = utf8(statement);
        if (parameters.length > SqlRequest.MAX_PARAMETER_COUNT)
        {
            throw new IllegalArgumentException(
                "too many parameters: count=" + parameters.length + ", max=" + SqlRequest.MAX_PARAMETER_COUNT);
        }
        final Object[] values = new Object[parameters.length];
        long length = (long) SqlRequest.HEADER_LENGTH + text.length;
        for (int i = 0; i < values.length; i++)
        {
            values[i] = normal(parameters[i], i);
            length += values[i] instanceof byte[]
                ? BYTES_HEADER_LENGTH + ((byte[]) values[i]).length
                : values[i] instanceof Text
                    ? BYTES_HEADER_LENGTH + ((Text) values[i]).utf8.length
                    : MAX_FIXED_VALUE_LENGTH;
        }
        return new RequestMessage(
            MessageType.SQL, Math.toIntExact(length), effect(statement), 0, FrameDescriptor.NULL_REQUEST_NUMBER,
            (buffer, offset) ->
            {
                int next = putBytes(buffer, SqlRequest.put(buffer, offset, text.length, values.length), text);
                for (final Object value : values)
                {
                    next = putValue(buffer, next, value);
                }
                return next;
            });
    }

    /** Whether it may change the store, so that a lost answer leaves a doubt. */
    static boolean mayChange(final String statement)
    {
        return effect(statement) != RequestMessage.Effect.READS;
    }

    /** By its first word; what is more than one statement, or begins with anything else, may do anything. */
    private static RequestMessage.Effect effect(final String statement)
    {
        final String text = statement.strip();
        final int semicolon = text.indexOf(';');
        if (semicolon >= 0 && semicolon < text.length() - 1)
        {
            return RequestMessage.Effect.CHANGES;
        }
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end)))
        {
            end++;
        }
        return switch (text.substring(0, end).toUpperCase(Locale.ROOT))
        {
            case "SELECT", "SHOW", "EXPLAIN" -> RequestMessage.Effect.READS;
            case "INSERT", "UPDATE", "DELETE" -> RequestMessage.Effect.WRITES_ONCE;
            default -> RequestMessage.Effect.CHANGES;
        };
    }

    private record Text(byte[] utf8)
    {
    }

    private static Object normal(final Object parameter, final int index)
    {
        if (parameter == null || parameter instanceof byte[] || parameter instanceof Boolean)
        {
            return parameter;
        }
        if (parameter instanceof CharSequence)
        {
            return new Text(utf8(parameter.toString()));
        }
        if (parameter instanceof Double || parameter instanceof Float)
        {
            return ((Number) parameter).doubleValue();
        }
        if (parameter instanceof Long || parameter instanceof Integer || parameter instanceof Short ||
            parameter instanceof Byte)
        {
            return ((Number) parameter).longValue();
        }
        throw new IllegalArgumentException(
            "parameter has a type that cannot be sent: index=" + index + ", type=" + parameter.getClass().getName());
    }

    private static int putValue(final ByteBuffer buffer, final int offset, final Object value)
    {
        if (value == null)
        {
            return SqlValues.putNull(buffer, offset);
        }
        if (value instanceof Long)
        {
            return SqlValues.putI64(buffer, offset, (Long) value);
        }
        if (value instanceof Double)
        {
            return SqlValues.putF64(buffer, offset, (Double) value);
        }
        if (value instanceof Boolean)
        {
            return SqlValues.putBoolean(buffer, offset, (Boolean) value);
        }
        final boolean isText = value instanceof Text;
        final byte[] bytes = isText ? ((Text) value).utf8 : (byte[]) value;
        return putBytes(buffer, SqlValues.putBytesHeader(buffer, offset, isText, bytes.length), bytes);
    }

    private static int putBytes(final ByteBuffer buffer, final int offset, final byte[] bytes)
    {
        buffer.put(offset, bytes);
        return offset + bytes.length;
    }

    private static byte[] utf8(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
