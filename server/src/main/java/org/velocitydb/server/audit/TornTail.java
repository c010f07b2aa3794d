package org.velocitydb.server.audit;

import java.security.MessageDigest;
import java.util.HexFormat;

import org.agrona.DirectBuffer;

/**
 * What a crash may leave at the end of a file: part of a line, or whatever the disk made of bytes that were not forced.
 * The next start takes nothing away. It ends the bytes with a newline, and the line that it writes behind them says
 * where they begin, how many they are and what their hash is, so that nobody can pass off a change as a crash later.
 */
final class TornTail
{
    private TornTail()
    {
    }

    /**
     * The hash of torn bytes with the newline that ends them.
     *
     * @param bytes  of the file.
     * @param offset of the torn bytes.
     * @param length without the newline.
     * @return SHA-256 in hexadecimal.
     */
    static String hashOf(final DirectBuffer bytes, final int offset, final int length)
    {
        final MessageDigest digest = AuditLineDescriptor.newDigest();
        AuditLineDescriptor.update(digest, bytes, offset, offset + length);
        digest.update((byte) '\n');
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Whether a line says of the bytes before it that a crash has left them.
     *
     * @param line   that is intact.
     * @param offset of the bytes.
     * @return true if it does, and they are the same still.
     */
    static boolean isDeclaredBy(final LineCursor line, final int offset)
    {
        return AuditEvents.START.equals(line.event()) &&
            line.number(AuditEvents.TORN_OFFSET, -1) == offset &&
            line.number(AuditEvents.TORN_LENGTH, -1) == line.offset() - offset &&
            line.hashOf(offset, line.offset()).equals(line.hex(AuditEvents.TORN_HASH));
    }
}
