package org.velocitydb.server.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.agrona.DirectBuffer;

/**
 * Layout of a line of the audit log: one JSON object in ASCII, which begins and ends so:
 *
 * <pre>
 *  +--------+----------+-------------+------------+-----------+----------+-----------+-----------+----+------+
 *  | {"seq":| sequence | ,"time":    | members of | ,"prev":" | hash of  | ","hash":"| hash of   | "} | \n   |
 *  |        |          | "...",      | the event  |           | the line |           | this line |    |      |
 *  |        |          | "event":"." |            |           | before   |           |           |    |      |
 *  +--------+----------+-------------+------------+-----------+----------+-----------+-----------+----+------+
 *  |&lt;------------------ what the hash of this line covers -------------------&gt;|
 * </pre>
 *
 * Hashes are SHA-256 in 64 lower-case hexadecimal digits. A line's own hash covers all of it up to the quote that ends
 * the hash of the line before, that quote included. Sequences count up by one from line to line and from file to file.
 * The first line of all has the sequence 1 and a {@code prev} of zeros.
 *
 * <p>Since a line says its own hash, a change is found in the line where it was made; since it says that of the line
 * before, no line can be taken away, put in or moved without changing all those behind it.
 */
final class AuditLineDescriptor
{
    static final int HASH_LENGTH = 32;
    static final int HASH_DIGITS = 2 * HASH_LENGTH;
    static final long FIRST_SEQUENCE = 1;
    static final String NO_LINE_BEFORE = "0".repeat(HASH_DIGITS);

    static final String SEQUENCE = "{\"seq\":";
    static final String PREVIOUS = ",\"prev\":\"";
    static final String HASH = ",\"hash\":\"";
    static final String END = "\"}";

    /** Length of all from {@link #PREVIOUS} to {@link #END}. */
    static final int TAIL_LENGTH = PREVIOUS.length() + HASH_DIGITS + 1 + HASH.length() + HASH_DIGITS + END.length();
    /** What the hash does not cover: from {@link #HASH} on. */
    static final int UNCOVERED_LENGTH = HASH.length() + HASH_DIGITS + END.length();

    /** No line is longer, its newline included. */
    static final int LENGTH_MAX = 40 * 1024;

    private static final int CHUNK_LENGTH = 64 * 1024;

    private AuditLineDescriptor()
    {
    }

    static MessageDigest newDigest()
    {
        try
        {
            return MessageDigest.getInstance("SHA-256");
        }
        catch (final NoSuchAlgorithmException ex)
        {
            throw new IllegalStateException("every JDK has SHA-256", ex);
        }
    }

    static void update(final MessageDigest digest, final DirectBuffer bytes, final int from, final int to)
    {
        final byte[] chunk = new byte[Math.min(CHUNK_LENGTH, to - from)];
        for (int at = from; at < to; at += chunk.length)
        {
            final int length = Math.min(chunk.length, to - at);
            bytes.getBytes(at, chunk, 0, length);
            digest.update(chunk, 0, length);
        }
    }
}
