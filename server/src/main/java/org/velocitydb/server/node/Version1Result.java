package org.velocitydb.server.node;

import java.util.List;

import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.velocitydb.engine.sql.JsonText;
import org.velocitydb.engine.sql.ValueGuess;

/**
 * Builds the JSON result of a COMMAND. A value's type is guessed from its text, as the original does.
 */
final class Version1Result
{
    /** Three digits and a comma. */
    private static final long MAX_BINARY_FACTOR = 4;
    /** A control character as a number. */
    private static final long MAX_STRING_FACTOR = 6;

    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final ValueGuess guess = new ValueGuess();
    private final long lengthMax;
    private int lengthBytes;
    private int rowCount;
    private int valueCount;

    Version1Result()
    {
        this(Integer.MAX_VALUE);
    }

    /**
     * A result that takes no value which would make it too long: some are six times as long in JSON.
     *
     * @param lengthMax of the rows in bytes.
     */
    Version1Result(final int lengthMax)
    {
        this.lengthMax = lengthMax;
        lengthBytes = JsonText.putRaw(buffer, 0, "{\"success\": true, \"data\": [");
    }

    void addRow(
        final DirectBuffer keyBuffer,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer valueBuffer,
        final int valueOffset,
        final int valueLength)
    {
        beginRow();
        putValue(keyBuffer, keyOffset, keyLength);
        putValue(valueBuffer, valueOffset, valueLength);
        endRow();
    }

    void addCount(final long count)
    {
        beginRow();
        putNumber(count);
        endRow();
    }

    void addTexts(final List<String> texts)
    {
        beginRow();
        for (int i = 0; i < texts.size(); i++)
        {
            lengthBytes = JsonText.putRaw(buffer, lengthBytes, i == 0 ? "{\"String\": " : "}, {\"String\": ");
            lengthBytes = JsonText.putString(buffer, lengthBytes, texts.get(i));
        }
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, "}");
        endRow();
    }

    void beginRow()
    {
        valueCount = 0;
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, rowCount == 0 ? "{\"values\": [" : ", {\"values\": [");
    }

    void endRow()
    {
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, "]}");
        rowCount++;
    }

    void putNumber(final long number)
    {
        separate();
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"Integer\": ");
        lengthBytes = JsonText.putLong(buffer, lengthBytes, number);
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, "}");
    }

    void putNull()
    {
        separate();
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, "\"Null\"");
    }

    private void separate()
    {
        lengthBytes = valueCount++ == 0 ? lengthBytes : JsonText.putRaw(buffer, lengthBytes, ", ");
    }

    void putValue(final DirectBuffer source, final int offset, final int length)
    {
        separate();
        switch (guess.wrap(source, offset, length))
        {
            case INTEGER :
                lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"Integer\": ");
                lengthBytes = JsonText.putLong(buffer, lengthBytes, guess.integer());
                break;
            case FLOAT :
                lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"Float\": ");
                lengthBytes = JsonText.putDouble(buffer, lengthBytes, guess.floatingPoint());
                break;
            case BOOLEAN :
                lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"Boolean\": ");
                lengthBytes = JsonText.putBoolean(buffer, lengthBytes, guess.isTrue());
                break;
            case BINARY :
                if (MAX_BINARY_FACTOR * length > lengthMax - lengthBytes)
                {
                    requireRoom(JsonText.binaryLength(source, offset, length));
                }
                lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"Binary\": ");
                lengthBytes = JsonText.putBinary(buffer, lengthBytes, source, offset, length);
                break;
            default :
                if (MAX_STRING_FACTOR * length > lengthMax - lengthBytes)
                {
                    requireRoom(JsonText.stringLength(source, offset, length));
                }
                lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"String\": ");
                lengthBytes = JsonText.putString(buffer, lengthBytes, source, offset, length);
                break;
        }
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, "}");
    }

    private void requireRoom(final long jsonLength)
    {
        if (jsonLength > lengthMax - lengthBytes)
        {
            throw new ResultTooLargeException(tooLong(lengthMax));
        }
    }

    static String tooLong(final long lengthMax)
    {
        return "result is longer than " + lengthMax + " bytes: use LIMIT";
    }

    /**
     * Ends the result.
     *
     * @param rowsAffected rows found or changed.
     * @param columns      their names.
     * @param elapsedMs    since the request came.
     * @return length of the JSON in {@link #buffer()}.
     */
    int finish(final long rowsAffected, final List<String> columns, final long elapsedMs)
    {
        int at = JsonText.putRaw(buffer, lengthBytes, "], \"rows_affected\": ");
        at = JsonText.putLong(buffer, at, rowsAffected);
        at = JsonText.putRaw(buffer, at, ", \"columns\": [");
        for (int i = 0; i < columns.size(); i++)
        {
            at = i == 0 ? at : JsonText.putRaw(buffer, at, ", ");
            at = JsonText.putString(buffer, at, columns.get(i));
        }
        at = JsonText.putRaw(buffer, at, "], \"execution_time_ms\": ");
        at = JsonText.putLong(buffer, at, elapsedMs);
        lengthBytes = JsonText.putRaw(buffer, at, "}");
        return lengthBytes;
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    int lengthBytes()
    {
        return lengthBytes;
    }

    int rowCount()
    {
        return rowCount;
    }
}
