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
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final ValueGuess guess = new ValueGuess();
    private int lengthBytes;
    private int rowCount;
    private int valueCount;

    Version1Result()
    {
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
                lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"Binary\": ");
                lengthBytes = JsonText.putBinary(buffer, lengthBytes, source, offset, length);
                break;
            default :
                lengthBytes = JsonText.putRaw(buffer, lengthBytes, "{\"String\": ");
                lengthBytes = JsonText.putString(buffer, lengthBytes, source, offset, length);
                break;
        }
        lengthBytes = JsonText.putRaw(buffer, lengthBytes, "}");
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
