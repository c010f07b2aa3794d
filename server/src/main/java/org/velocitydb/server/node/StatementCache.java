package org.velocitydb.server.node;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.KeyHash;
import org.velocitydb.engine.sql.SqlException;
import org.velocitydb.engine.sql.SqlParser;
import org.velocitydb.engine.sql.StatementTemplate;

/**
 * Statements that one event loop has parsed, by their text: whoever sends the same text again, on whatever connection,
 * need not wait for it to be parsed. Finding one allocates nothing.
 *
 * <p>Small sets of places, chosen by the text's hash; in a set the next to go is taken in turn. A text with question
 * marks is kept at once. A text without is kept when it comes a second time: texts that carry their values in them
 * would otherwise push out what is used. Owned by the event loop.
 */
final class StatementCache
{
    /** Longest text that is kept. With {@link #SET_COUNT} sets the texts come to half a mebibyte, what is parsed
     * of them to ten at worst. */
    static final int TEXT_LENGTH_MAX = 1024;
    private static final int SET_COUNT = 128;
    private static final int WAYS = 4;

    private final StatementTemplate[] templates = new StatementTemplate[SET_COUNT * WAYS];
    private final long[] hashes = new long[SET_COUNT * WAYS];
    /** Hash of the text without question marks that was seen last in a set. */
    private final long[] seenHashes = new long[SET_COUNT];
    private final byte[] nextWays = new byte[SET_COUNT];
    private final SqlParser parser;
    private final SqlCounters counters;

    StatementCache(final SqlParser parser, final SqlCounters counters)
    {
        this.parser = parser;
        this.counters = counters;
    }

    /**
     * Finds a statement, or parses it so that it is found.
     *
     * @param buffer that holds the text.
     * @param offset of the text.
     * @param length of the text in bytes.
     * @return the statement, or null where it is to be parsed with its parameters: it is too long to be kept, or is not
     *         kept yet, or is refused.
     */
    StatementTemplate find(final DirectBuffer buffer, final int offset, final int length)
    {
        if (length > TEXT_LENGTH_MAX)
        {
            counters.missed();
            return null;
        }
        final long hash = KeyHash.hash(buffer, offset, length);
        final int set = (int) (hash >>> Integer.SIZE) & SET_COUNT - 1;
        for (int i = set * WAYS; i < (set + 1) * WAYS; i++)
        {
            if (hashes[i] == hash && templates[i] != null && isText(templates[i].text(), buffer, offset, length))
            {
                counters.hit();
                return templates[i];
            }
        }
        counters.missed();
        return parse(buffer, offset, length, hash, set);
    }

    private static boolean isText(
        final DirectBuffer text, final DirectBuffer buffer, final int offset, final int length)
    {
        if (text.capacity() != length)
        {
            return false;
        }
        for (int i = 0; i < length; i++)
        {
            if (text.getByte(i) != buffer.getByte(offset + i))
            {
                return false;
            }
        }
        return true;
    }

    private StatementTemplate parse(
        final DirectBuffer buffer, final int offset, final int length, final long hash, final int set)
    {
        if (!hasQuestionMark(buffer, offset, length) && seenHashes[set] != hash)
        {
            seenHashes[set] = hash;
            return null;
        }
        final StatementTemplate template;
        try
        {
            template = parser.describe(buffer, offset, length);
        }
        catch (final SqlException ignored)
        {
            // It is parsed once more with its parameters: what is wrong with those may be the better error.
            return null;
        }
        final int place = set * WAYS + nextWays[set];
        nextWays[set] = (byte) (nextWays[set] + 1 & WAYS - 1);
        templates[place] = template;
        hashes[place] = hash;
        return template;
    }

    private static boolean hasQuestionMark(final DirectBuffer buffer, final int offset, final int length)
    {
        for (int i = offset; i < offset + length; i++)
        {
            if (buffer.getByte(i) == '?')
            {
                return true;
            }
        }
        return false;
    }
}
