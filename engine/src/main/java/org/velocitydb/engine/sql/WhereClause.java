package org.velocitydb.engine.sql;

/**
 * What follows WHERE, joined by AND: which keys, which values, which version. Used by one thread, for one statement.
 */
final class WhereClause
{
    /** As {@link #versionPosition} where no version is asked for. */
    private static final int NO_POSITION = -1;

    private final KeyPredicateBuilder keys = new KeyPredicateBuilder();
    private final KeyPredicateBuilder values = new KeyPredicateBuilder();
    private long version;
    private int versionPosition = NO_POSITION;
    private boolean isOneKey;
    private boolean isSinglePoint;

    KeyPredicateBuilder keys()
    {
        return keys;
    }

    KeyPredicateBuilder values()
    {
        return values;
    }

    /**
     * A version is asked for.
     *
     * @param sought   which one.
     * @param position of the predicate, in bytes.
     */
    void version(final long sought, final int position)
    {
        version = sought;
        versionPosition = position;
    }

    boolean hasVersion()
    {
        return versionPosition != NO_POSITION;
    }

    int versionPosition()
    {
        return versionPosition;
    }

    /**
     * One key is named, by an equality and nothing else.
     *
     * @param isAllThereIs but perhaps its version.
     */
    void oneKey(final boolean isAllThereIs)
    {
        isOneKey = true;
        isSinglePoint = isAllThereIs;
    }

    boolean isOneKey()
    {
        return isOneKey;
    }

    boolean isSinglePoint()
    {
        return isSinglePoint;
    }

    Guard guard(final boolean isStrict)
    {
        return hasVersion() || isStrict ? new Guard(hasVersion(), version, isStrict) : Guard.NONE;
    }
}
