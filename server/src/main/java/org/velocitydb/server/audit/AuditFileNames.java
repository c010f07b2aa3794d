package org.velocitydb.server.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.velocitydb.journal.storage.Storage;

/**
 * What the files of an audit log are called: {@code audit-<16 hex digits>.jsonl}, the digits being the file's number.
 */
final class AuditFileNames
{
    static final String LOCK = "LOCK";
    static final long FIRST_NUMBER = 1;
    static final long NULL_NUMBER = 0;

    private static final String ROOT = "";
    private static final String UNFINISHED_SUFFIX = ".tmp";
    private static final Pattern NAME = Pattern.compile("audit-([0-9a-f]{16})\\.jsonl");
    private static final int HEX = 16;

    private AuditFileNames()
    {
    }

    static String of(final long number)
    {
        return String.format("audit-%016x.jsonl", number);
    }

    /** A file that is being made into that of the number. */
    static String unfinished(final long number)
    {
        return String.format("audit-%016x%s", number, UNFINISHED_SUFFIX);
    }

    static boolean isUnfinished(final String name)
    {
        return name.startsWith("audit-") && name.endsWith(UNFINISHED_SUFFIX);
    }

    static long number(final String name)
    {
        final Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Long.parseUnsignedLong(matcher.group(1), HEX) : NULL_NUMBER;
    }

    /** In ascending order. */
    static List<Long> numbers(final Storage storage)
    {
        final List<Long> numbers = new ArrayList<>();
        for (final String name : storage.list(ROOT))
        {
            final long number = number(name);
            if (number > NULL_NUMBER)
            {
                numbers.add(number);
            }
        }
        return numbers;
    }
}
