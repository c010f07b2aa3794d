package org.velocitydb.engine.entry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import org.agrona.DirectBuffer;

/**
 * Shows internal keys to people: the keyspace's id, then the key as text in quotes where it is printable UTF-8, else as
 * hex digits. Long keys are cut, and say so.
 */
public final class KeyText
{
    private static final int SHOWN_LENGTH_MAX = 64;
    private static final int REPLACEMENT = 0xFFFD;

    private KeyText()
    {
    }

    /**
     * Shows an internal key.
     *
     * @param buffer      that holds the key.
     * @param offset      of the key.
     * @param lengthBytes of the key, keyspace id included.
     * @return such as {@code 0 "user:1"} or {@code 4294967295 0x00000001}.
     */
    public static String of(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        if (lengthBytes < Keys.KEYSPACE_LENGTH)
        {
            return hex(bytes(buffer, offset, lengthBytes));
        }
        final int keyspace = buffer.getInt(offset, ByteOrder.BIG_ENDIAN);
        final int keyLength = lengthBytes - Keys.KEYSPACE_LENGTH;
        final byte[] shown = bytes(buffer, offset + Keys.KEYSPACE_LENGTH, Math.min(keyLength, SHOWN_LENGTH_MAX));
        final String text = printable(shown, keyLength > SHOWN_LENGTH_MAX);
        return Integer.toUnsignedString(keyspace) + " " + (text == null ? hex(shown) : "\"" + text + "\"") +
            (keyLength > SHOWN_LENGTH_MAX ? "... (" + keyLength + " bytes)" : "");
    }

    /** The bytes as text, or null where they are none that a terminal shows; a cut may go through a character. */
    private static String printable(final byte[] bytes, final boolean isCut)
    {
        final CharBuffer decoded = CharBuffer.allocate(bytes.length);
        final ByteBuffer source = ByteBuffer.wrap(bytes);
        final CoderResult result = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(source, decoded, !isCut);
        if (result.isError())
        {
            return null;
        }
        final String text = decoded.flip().toString();
        return text.codePoints().allMatch(KeyText::isPrintable)
            ? text.replace("\\", "\\\\").replace("\"", "\\\"")
            : null;
    }

    private static boolean isPrintable(final int codePoint)
    {
        return switch (Character.getType(codePoint))
        {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> codePoint != REPLACEMENT;
        };
    }

    private static String hex(final byte[] bytes)
    {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final byte[] bytes = new byte[lengthBytes];
        buffer.getBytes(offset, bytes);
        return bytes;
    }
}
