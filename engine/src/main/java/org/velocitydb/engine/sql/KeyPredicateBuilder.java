package org.velocitydb.engine.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Keys;

/**
 * Joins predicates by AND into one {@link KeyPredicate}: the range is the common part of all ranges, the single keys
 * are those that all equalities and lists have in common. Used by one thread, for one statement.
 */
final class KeyPredicateBuilder
{
    private static final Comparator<byte[]> KEY_ORDER = Arrays::compareUnsigned;
    private static final byte[] EMPTY = {};
    private static final byte[][] NO_KEYS = {};

    private byte[] from = EMPTY;
    /** Null for a range without end. */
    private byte[] to;
    private boolean isContradictory;
    /** Null until a predicate names single keys; sorted, each once. */
    private byte[][] points;
    private final List<byte[]> excluded = new ArrayList<>();
    private final List<LikePattern> patterns = new ArrayList<>();

    /**
     * Whether some predicate named single keys, so that a write knows what it is about without looking.
     */
    boolean hasPoints()
    {
        return points != null;
    }

    /**
     * No key matches: a comparison with NULL.
     */
    void nothing()
    {
        isContradictory = true;
    }

    void in(final List<byte[]> keys)
    {
        final byte[][] sorted = sortedOnce(keys);
        if (points == null)
        {
            points = sorted;
            return;
        }
        final byte[][] former = points;
        final List<byte[]> common = new ArrayList<>();
        for (final byte[] key : sorted)
        {
            if (Arrays.binarySearch(former, key, KEY_ORDER) >= 0)
            {
                common.add(key);
            }
        }
        points = common.toArray(NO_KEYS);
    }

    void notEqual(final byte[] key)
    {
        excluded.add(key);
    }

    void atLeast(final byte[] bound)
    {
        if (KEY_ORDER.compare(bound, from) > 0)
        {
            from = bound;
        }
    }

    void moreThan(final byte[] bound)
    {
        final byte[] successor = successor(bound);
        if (successor == null)
        {
            isContradictory = true;
            return;
        }
        atLeast(successor);
    }

    void lessThan(final byte[] bound)
    {
        if (to == null || KEY_ORDER.compare(bound, to) < 0)
        {
            to = bound;
        }
    }

    void atMost(final byte[] bound)
    {
        final byte[] successor = successor(bound);
        if (successor != null)
        {
            lessThan(successor);
        }
    }

    void like(final LikePattern pattern)
    {
        final byte[] prefix = pattern.prefix();
        if (pattern.tailLength() == 0)
        {
            in(List.of(prefix));
            return;
        }
        atLeast(prefix);
        final byte[] end = prefixEnd(prefix);
        if (end != null)
        {
            lessThan(end);
        }
        if (!pattern.isPrefixOnly())
        {
            patterns.add(pattern);
        }
    }

    KeyPredicate build()
    {
        if (!isContradictory && points == null && to == null && from.length == 0 && excluded.isEmpty() &&
            patterns.isEmpty())
        {
            return KeyPredicate.all();
        }
        if (isContradictory || to != null && KEY_ORDER.compare(from, to) >= 0)
        {
            return KeyPredicate.none();
        }
        final KeyPredicate range = KeyPredicate.range(
            from, to, sortedOnce(excluded), patterns.toArray(new LikePattern[0]));
        return points == null ? range : pointsWithin(range);
    }

    private KeyPredicate pointsWithin(final KeyPredicate range)
    {
        final List<byte[]> matching = new ArrayList<>();
        final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        final long stepsPerByte = range.patternTailLength();
        long steps = 0;
        for (final byte[] point : points)
        {
            steps += stepsPerByte * point.length;
            requireFewSteps(steps);
            view.wrap(point);
            final boolean isInRange = range.isAfterBeginning(view, 0, point.length) &&
                range.isBeforeEnd(view, 0, point.length);
            if (isInRange && range.matches(view, 0, point.length))
            {
                matching.add(point);
            }
        }
        return matching.isEmpty() ? KeyPredicate.none() : KeyPredicate.points(matching.toArray(NO_KEYS));
    }

    /** It is done in one go while the statement is parsed, and whoever sends long lists may send long patterns too. */
    private static void requireFewSteps(final long steps)
    {
        if (steps > SqlLimits.MAX_PATTERN_STEPS)
        {
            throw new SqlException(
                SqlException.Kind.LIMIT, SqlException.NULL_POSITION,
                "what is named by = and IN is too long for the LIKE patterns: steps=" + steps + ", max=" +
                    SqlLimits.MAX_PATTERN_STEPS);
        }
    }

    /**
     * The least key that can be stored after a given one: the key and a zero byte, but where that would be too long to
     * be stored, as if the key were a prefix.
     *
     * @return the successor, or null if there is none.
     */
    private static byte[] successor(final byte[] key)
    {
        return key.length < Keys.MAX_KEY_LENGTH ? Arrays.copyOf(key, key.length + 1) : prefixEnd(key);
    }

    /**
     * The least key after all those that begin with a prefix.
     *
     * @return that key, or null if nothing comes after them.
     */
    private static byte[] prefixEnd(final byte[] prefix)
    {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == (byte) 0xFF)
        {
            length--;
        }
        if (length == 0)
        {
            return null;
        }
        final byte[] end = Arrays.copyOf(prefix, length);
        end[length - 1]++;
        return end;
    }

    private static byte[][] sortedOnce(final List<byte[]> keys)
    {
        final byte[][] sorted = keys.toArray(NO_KEYS);
        Arrays.sort(sorted, KEY_ORDER);
        int count = 0;
        for (final byte[] key : sorted)
        {
            if (count == 0 || KEY_ORDER.compare(sorted[count - 1], key) != 0)
            {
                sorted[count++] = key;
            }
        }
        return count == sorted.length ? sorted : Arrays.copyOf(sorted, count);
    }
}
