package org.velocitydb.engine.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;

import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTextTest
{
    private static final int OFFSET = 3;

    private final ExpandableArrayBuffer target = new ExpandableArrayBuffer(8);

    @Test
    void shouldEscapeWhatJsonEscapes()
    {
        assertEquals("\"\"", string(""));
        assertEquals("\"alice\"", string("alice"));
        assertEquals("\"say \\\"hi\\\" \\\\ /\"", string("say \"hi\" \\ /"));
        assertEquals("\"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\"", string("\b\f\n\r\t\u0000\u001f\u007f"));
        assertEquals("\"ä€😀\"", string("ä€😀"));
    }

    @Test
    void shouldReplaceEachByteThatIsNotUtf8()
    {
        final byte[] bytes = { 'a', (byte) 0xC3, 'b', (byte) 0xFF, (byte) 0xE2, (byte) 0x82 };

        assertEquals("\"a\uFFFDb\uFFFD\uFFFD\uFFFD\"", string(bytes));
    }

    @Test
    void shouldEscapeNamesOfOurOwn()
    {
        assertEquals("\"a\\\"b\\\\c\\n?\"", written(JsonText.putString(target, OFFSET, "a\"b\\c\nä")));
    }

    @Test
    void shouldWriteBytesAsNumbers()
    {
        final byte[] bytes = { 0, 9, 10, 99, 100, (byte) 200, (byte) 255 };

        assertEquals(
            "[0,9,10,99,100,200,255]",
            written(JsonText.putBinary(target, OFFSET, new UnsafeBuffer(bytes), 0, bytes.length)));
        assertEquals("[]", written(JsonText.putBinary(target, OFFSET, new UnsafeBuffer(bytes), 0, 0)));
        assertEquals("[0,9,10,99,100,200,255]".length(),
            JsonText.binaryLength(new UnsafeBuffer(bytes), 0, bytes.length));
        assertEquals(2, JsonText.binaryLength(new UnsafeBuffer(bytes), 0, 0));
    }

    @Test
    void shouldWriteWholeNumbersAndBooleans()
    {
        assertEquals("-9223372036854775808", written(JsonText.putLong(target, OFFSET, Long.MIN_VALUE)));
        assertEquals("9223372036854775807", written(JsonText.putLong(target, OFFSET, Long.MAX_VALUE)));
        assertEquals("0", written(JsonText.putLong(target, OFFSET, 0)));
        assertEquals("true", written(JsonText.putBoolean(target, OFFSET, true)));
        assertEquals("false", written(JsonText.putBoolean(target, OFFSET, false)));
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0.0, -0.0, 1.0, -1.0, 1.5, 0.1, 1e5, 9999999.0, 1e7, 1e15, 1e22, 1e300, -1e-300,
        Double.MIN_VALUE, Double.MAX_VALUE })
    void shouldWriteFloatingPointNumbersAsTheJdkDoes(final double value)
    {
        assertEquals(Double.toString(value), written(JsonText.putDouble(target, OFFSET, value)));
    }

    @ParameterizedTest
    @ValueSource(doubles = { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY })
    void shouldRefuseWhatJsonHasNoWordFor(final double value)
    {
        assertThrows(IllegalArgumentException.class, () -> JsonText.putDouble(target, OFFSET, value));
    }

    private String string(final String text)
    {
        return string(StatementPrinter.utf8(text));
    }

    private String string(final byte[] bytes)
    {
        final int end = JsonText.putString(target, OFFSET, new UnsafeBuffer(bytes), 0, bytes.length);
        assertEquals(end - OFFSET, JsonText.stringLength(new UnsafeBuffer(bytes), 0, bytes.length));
        return written(end);
    }

    private String written(final int end)
    {
        final byte[] bytes = new byte[end - OFFSET];
        target.getBytes(OFFSET, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
