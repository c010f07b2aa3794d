package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.entry.Keys;

/**
 * Which keys a statement is about, in the form in which they are found fastest: no key at all, some single keys, or a
 * range of which each key must still pass a filter. Immutable, so threads may share it; asking it allocates nothing.
 *
 * <p>Whatever can be decided before the store is asked has been decided: contradictions are {@link Kind#NONE}, single
 * keys have passed all the other predicates, and what the bounds of a range say is not in the filter.
 */
public final class KeyPredicate
{
    /**
     * How the keys are found.
     */
    public enum Kind
    {
        /** No key can match; the store need not be asked. */
        NONE,
        /** By one point read for each of {@link #pointCount()} keys. */
        POINTS,
        /** By walking from {@link #from()} to {@link #to()} and asking {@link #matches} for each key. */
        RANGE
    }

    private static final byte[][] NO_POINTS = {};
    private static final LikePattern[] NO_PATTERNS = {};
    private static final UnsafeBuffer[] NO_KEYS = {};
    private static final KeyPredicate NONE = new KeyPredicate(Kind.NONE, NO_POINTS, new UnsafeBuffer(0, 0), null,
        NO_KEYS, NO_PATTERNS);
    private static final KeyPredicate ALL = new KeyPredicate(Kind.RANGE, NO_POINTS, new UnsafeBuffer(0, 0), null,
        NO_KEYS, NO_PATTERNS);

    private final Kind kind;
    private final byte[][] points;
    private final UnsafeBuffer from;
    private final UnsafeBuffer to;
    private final UnsafeBuffer[] excluded;
    private final LikePattern[] patterns;

    private KeyPredicate(
        final Kind kind,
        final byte[][] points,
        final UnsafeBuffer from,
        final UnsafeBuffer to,
        final UnsafeBuffer[] excluded,
        final LikePattern[] patterns)
    {
        this.kind = kind;
        this.points = points;
        this.from = from;
        this.to = to;
        this.excluded = excluded;
        this.patterns = patterns;
    }

    static KeyPredicate none()
    {
        return NONE;
    }

    /**
     * What everything matches.
     */
    static KeyPredicate all()
    {
        return ALL;
    }

    /**
     * Single keys.
     *
     * @param points sorted, each once, at least one.
     */
    static KeyPredicate points(final byte[][] points)
    {
        return new KeyPredicate(Kind.POINTS, points, NONE.from, null, NO_KEYS, NO_PATTERNS);
    }

    /**
     * A range.
     *
     * @param from     first key that may match; empty for the first there is.
     * @param to       first key beyond, or null if there is no end.
     * @param excluded keys that do not match, sorted, each once.
     * @param patterns that all must match.
     */
    static KeyPredicate range(
        final byte[] from, final byte[] to, final byte[][] excluded, final LikePattern[] patterns)
    {
        final UnsafeBuffer[] excludedBuffers = new UnsafeBuffer[excluded.length];
        for (int i = 0; i < excluded.length; i++)
        {
            excludedBuffers[i] = new UnsafeBuffer(excluded[i]);
        }
        return new KeyPredicate(
            Kind.RANGE, NO_POINTS, new UnsafeBuffer(from), to == null ? null : new UnsafeBuffer(to), excludedBuffers,
            patterns);
    }

    /**
     * A write must name its keys: over a range it would silently do nothing.
     */
    static void requireNoRange(final KeyPredicate predicate)
    {
        if (predicate.kind == Kind.RANGE)
        {
            throw new IllegalArgumentException("writes need single keys: kind=" + predicate.kind);
        }
    }

    /**
     * Whether nothing is asked, so that every key matches.
     *
     * @return true for the whole table.
     */
    public boolean isAll()
    {
        return kind == Kind.RANGE && from.capacity() == 0 && to == null && !hasFilter();
    }

    /**
     * Whether bytes match, wherever they come from: the predicate as a filter.
     *
     * @param buffer of the bytes.
     * @param offset of the bytes.
     * @param length of the bytes.
     * @return true if they do.
     */
    boolean admits(final DirectBuffer buffer, final int offset, final int length)
    {
        return switch (kind)
        {
            case NONE -> false;
            case POINTS -> isPoint(buffer, offset, length);
            case RANGE -> isAfterBeginning(buffer, offset, length) && isBeforeEnd(buffer, offset, length) &&
                matches(buffer, offset, length);
        };
    }

    private boolean isPoint(final DirectBuffer buffer, final int offset, final int length)
    {
        int low = 0;
        int high = points.length - 1;
        while (low <= high)
        {
            final int middle = (low + high) >>> 1;
            final int order = compare(points[middle], buffer, offset, length);
            if (order == 0)
            {
                return true;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return false;
    }

    private static int compare(
        final byte[] point, final DirectBuffer buffer, final int offset, final int length)
    {
        final int common = Math.min(point.length, length);
        for (int i = 0; i < common; i++)
        {
            final int order = Byte.compareUnsigned(point[i], buffer.getByte(offset + i));
            if (order != 0)
            {
                return order;
            }
        }
        return point.length - length;
    }

    /**
     * Extent of all patterns, each from its first wildcard: what matching costs for a byte that is looked at.
     *
     * @return bytes.
     */
    int patternTailLength()
    {
        int length = 0;
        for (final LikePattern pattern : patterns)
        {
            length += pattern.tailLength();
        }
        return length;
    }

    /**
     * How the keys are found.
     *
     * @return the kind.
     */
    public Kind kind()
    {
        return kind;
    }

    /**
     * How many single keys there are.
     *
     * @return 0 for what is not {@link Kind#POINTS}.
     */
    public int pointCount()
    {
        return points.length;
    }

    /**
     * One of the single keys, which are sorted, each there once.
     *
     * @param index from 0.
     * @return the predicate's own array: read it, do not change it.
     */
    public byte[] point(final int index)
    {
        return points[index];
    }

    /**
     * First key that may match.
     *
     * @return a buffer whose capacity is the key's length; empty where the range begins with the first key there is.
     */
    public DirectBuffer from()
    {
        return from;
    }

    /**
     * First key beyond the range.
     *
     * @return a buffer whose capacity is the key's length, or null where the range has no end.
     */
    public DirectBuffer to()
    {
        return to;
    }

    /**
     * Whether the range alone does not say which keys match.
     *
     * @return true if {@link #matches} may say no.
     */
    public boolean hasFilter()
    {
        return patterns.length > 0 || excluded.length > 0;
    }

    /**
     * Whether a key is not beyond the range's end.
     *
     * @param key    buffer of the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @return true if it is before {@link #to()}.
     */
    public boolean isBeforeEnd(final DirectBuffer key, final int offset, final int length)
    {
        return to == null || Keys.compare(key, offset, length, to, 0, to.capacity()) < 0;
    }

    /**
     * Whether a key is not before the range's beginning.
     *
     * @param key    buffer of the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @return true if it is at or after {@link #from()}.
     */
    public boolean isAfterBeginning(final DirectBuffer key, final int offset, final int length)
    {
        return Keys.compare(key, offset, length, from, 0, from.capacity()) >= 0;
    }

    /**
     * The filter: whether a key inside the range matches.
     *
     * @param key    buffer of the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @return true if it passes.
     */
    public boolean matches(final DirectBuffer key, final int offset, final int length)
    {
        for (final LikePattern pattern : patterns)
        {
            if (!pattern.matches(key, offset, length))
            {
                return false;
            }
        }
        return !isExcluded(key, offset, length);
    }

    private boolean isExcluded(final DirectBuffer key, final int offset, final int length)
    {
        int low = 0;
        int high = excluded.length - 1;
        while (low <= high)
        {
            final int middle = (low + high) >>> 1;
            final UnsafeBuffer candidate = excluded[middle];
            final int order = Keys.compare(candidate, 0, candidate.capacity(), key, offset, length);
            if (order == 0)
            {
                return true;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return false;
    }
}
