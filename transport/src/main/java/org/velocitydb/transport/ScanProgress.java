package org.velocitydb.transport;

/**
 * How far a {@link FrameScanner} has come in a frame of which a part is here. Owned by the session's event loop.
 */
public final class ScanProgress
{
    private int scannedLength;
    private int remaining;
    private int neededLength;

    /**
     * Makes one that is at the beginning of a frame.
     */
    public ScanProgress()
    {
    }

    /**
     * Goes to the beginning of the next frame.
     */
    public void reset()
    {
        scannedLength = 0;
        remaining = 0;
        neededLength = 0;
    }

    /**
     * Bytes of the frame that need not be looked at again.
     *
     * @return the length.
     */
    public int scannedLength()
    {
        return scannedLength;
    }

    /**
     * Sets the bytes of the frame that need not be looked at again.
     *
     * @param lengthBytes from the frame's beginning.
     */
    public void scannedLength(final int lengthBytes)
    {
        scannedLength = lengthBytes;
    }

    /**
     * The scanner's own number, such as the parts of the frame that are still to come.
     *
     * @return as set last, 0 at the beginning of a frame.
     */
    public int remaining()
    {
        return remaining;
    }

    /**
     * Sets the scanner's own number.
     *
     * @param count any.
     */
    public void remaining(final int count)
    {
        remaining = count;
    }

    /**
     * Length that the frame has at least, as far as is known.
     *
     * @return bytes.
     */
    public int neededLength()
    {
        return neededLength;
    }

    /**
     * Sets the length that the frame has at least: it is not looked at again before as much has come.
     *
     * @param lengthBytes more than was available.
     */
    public void neededLength(final int lengthBytes)
    {
        neededLength = lengthBytes;
    }
}
