package org.velocitydb.server.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.agrona.DirectBuffer;

/**
 * Goes through a file's bytes line by line and says of each whether it is a line of an audit log as it was written. It
 * trusts nothing: any bytes will do.
 */
final class LineCursor
{
    private static final Pattern HEAD = Pattern.compile(
        "\\{\"seq\":([1-9][0-9]{0,18}|0),\"time\":\"[^\"]*\",\"event\":\"([a-z_]+)\"");
    private static final Pattern TAIL = Pattern.compile(
        ",\"prev\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"\\}");

    private final DirectBuffer file;
    private final MessageDigest digest = AuditLineDescriptor.newDigest();
    private long number;
    private int offset;
    private int limit;
    private int nextOffset;
    private boolean isIntact;
    private long sequence;
    private String event = "";
    private String previousHash;
    private String hash;

    LineCursor(final DirectBuffer file)
    {
        this.file = file;
    }

    boolean next()
    {
        if (nextOffset == file.capacity())
        {
            return false;
        }
        number++;
        offset = nextOffset;
        limit = offset;
        while (limit < file.capacity() && file.getByte(limit) != '\n')
        {
            limit++;
        }
        nextOffset = Math.min(file.capacity(), limit + 1);
        isIntact = false;
        event = "";
        previousHash = null;
        hash = null;
        if (length() < AuditLineDescriptor.LENGTH_MAX)
        {
            parse();
        }
        return true;
    }

    private void parse()
    {
        final int tailOffset = limit - AuditLineDescriptor.TAIL_LENGTH;
        if (tailOffset < offset)
        {
            return;
        }
        final Matcher tail = TAIL.matcher(text(tailOffset, AuditLineDescriptor.TAIL_LENGTH));
        final Matcher head = HEAD.matcher(text(offset, tailOffset - offset));
        if (!tail.matches())
        {
            return;
        }
        previousHash = tail.group(1);
        hash = tail.group(2);
        if (head.lookingAt())
        {
            isIntact = hash.equals(hashOf(offset, limit - AuditLineDescriptor.UNCOVERED_LENGTH)) && hasSequence(head);
            event = head.group(2);
        }
    }

    private boolean hasSequence(final Matcher head)
    {
        try
        {
            sequence = Long.parseLong(head.group(1));
            return true;
        }
        catch (final NumberFormatException ex)
        {
            return false;
        }
    }

    /** SHA-256 of any part of the file, in hexadecimal. */
    String hashOf(final int from, final int to)
    {
        AuditLineDescriptor.update(digest, file, from, to);
        return HexFormat.of().formatHex(digest.digest());
    }

    private String text(final int from, final int length)
    {
        final byte[] bytes = new byte[length];
        file.getBytes(from, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Counted from 1, as editors do. */
    long number()
    {
        return number;
    }

    int offset()
    {
        return offset;
    }

    /** Without its newline. */
    int length()
    {
        return limit - offset;
    }

    /** Offset behind the newline. */
    int endOffset()
    {
        return nextOffset;
    }

    boolean isTerminated()
    {
        return limit < file.capacity();
    }

    /** Whether the line is as it was written, its newline apart: it has the form of one, and its own hash fits. */
    boolean isIntact()
    {
        return isIntact;
    }

    /** Only of an intact line. */
    long sequence()
    {
        return sequence;
    }

    /** Empty where the line has no such thing. */
    String event()
    {
        return event;
    }

    /** What the line says of the one before, or null where it cannot be made out. */
    String previousHash()
    {
        return previousHash;
    }

    /** What the line says of itself, or null where it cannot be made out. */
    String hash()
    {
        return hash;
    }

    /** A member of an intact line whose value is a number. */
    long number(final String name, final long absent)
    {
        final Matcher matcher = Pattern.compile(",\"" + name + "\":([0-9]{1,18})[,}]").matcher(text(offset, length()));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : absent;
    }

    /** A member of an intact line whose value is hexadecimal. */
    String hex(final String name)
    {
        final Matcher matcher = Pattern.compile(",\"" + name + "\":\"([0-9a-f]*)\"").matcher(text(offset, length()));
        return matcher.find() ? matcher.group(1) : "";
    }
}
