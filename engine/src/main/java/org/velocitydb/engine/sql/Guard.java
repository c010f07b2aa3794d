package org.velocitydb.engine.sql;

import org.velocitydb.engine.command.OperationDescriptor;

/**
 * What an UPDATE or a DELETE asks of each key that it names, beside that it is there.
 *
 * @param hasVersion whether the value must be of one version.
 * @param version    which one.
 * @param isStrict   whether a version that is not met forbids all that is done together, as it does between BEGIN and
 *                   COMMIT; else the key is left out.
 */
public record Guard(boolean hasVersion, long version, boolean isStrict)
{
    /** Asks nothing; absent keys are left out. */
    static final Guard NONE = new Guard(false, 0, false);

    /**
     * How the writer is told.
     *
     * @return a CONDITION constant of {@link OperationDescriptor}.
     */
    int condition()
    {
        return hasVersion ? OperationDescriptor.CONDITION_VERSION : OperationDescriptor.CONDITION_PRESENT;
    }

    /**
     * What is left out where the condition does not hold.
     *
     * @return flags of {@link OperationDescriptor}.
     */
    int flags()
    {
        return hasVersion && isStrict ? 0 : OperationDescriptor.FLAG_SKIP;
    }

    /**
     * Whether a row that was found may be changed.
     *
     * @param found its version.
     * @return false where another version is asked for.
     */
    boolean admits(final long found)
    {
        return !hasVersion || version == found;
    }
}
