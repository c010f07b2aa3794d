package org.velocitydb.engine;

/**
 * A value that was found does not fit where it was to be copied to. Nothing was copied.
 */
public final class TargetTooSmallException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final int neededLength;

    TargetTooSmallException(final int neededLength, final int roomBytes)
    {
        super("target too small for the value: length=" + neededLength + ", room=" + roomBytes);
        this.neededLength = neededLength;
    }

    /**
     * Room that the value takes.
     *
     * @return bytes.
     */
    public int neededLength()
    {
        return neededLength;
    }
}
