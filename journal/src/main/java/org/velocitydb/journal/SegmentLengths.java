package org.velocitydb.journal;

import org.agrona.BitUtil;

/**
 * How long segments are. A journal begins with a short one, and each further one is twice as long as the longest so
 * far, up to the configured length: so a small store takes about what it holds, and a large one rolls seldom.
 *
 * <p>Worked example, for segments of 64 MiB: the lengths are 1, 2, 4, 8, 16, 32, 64, 64 ... MiB. A journal of 3 MB has
 * filled the first, is in the middle of the second, and has no file beside them. When all of it has been purged and
 * nobody writes, it goes on in a segment of 1 MiB.
 */
final class SegmentLengths
{
    /** Six doublings from the first to the longest: what is written to make the shorter ones is as much as one. */
    private static final int FIRST_PART = 64;
    /**
     * From this length on the next segment is begun as soon as {@link #EARLY_PART} of it is used, since it takes long
     * to make; a shorter one, which may be all that a small store needs, must be used by half.
     */
    private static final long LONG_LENGTH = 8 * 1024 * 1024;
    private static final int EARLY_PART = 8;
    private static final int LATE_PART = 2;

    private SegmentLengths()
    {
    }

    /**
     * Length of the first segment, and of each that the writer has to make itself.
     *
     * @param configuredLength in bytes.
     * @return bytes.
     */
    static int first(final int configuredLength)
    {
        return Math.max(
            JournalContext.Configuration.MIN_SEGMENT_LENGTH,
            BitUtil.align(configuredLength / FIRST_PART, JournalContext.Configuration.SEGMENT_LENGTH_MULTIPLE));
    }

    /**
     * Length of the segment that follows.
     *
     * @param longestLength    of those so far.
     * @param configuredLength in bytes.
     * @return bytes.
     */
    static long next(final long longestLength, final int configuredLength)
    {
        return Math.min(2 * longestLength, configuredLength);
    }

    /**
     * Where the writer has to be in a segment for the next one to be made.
     *
     * @param lengthBytes of the segment.
     * @return the position.
     */
    static long wantedFrom(final long lengthBytes)
    {
        return lengthBytes / (lengthBytes < LONG_LENGTH ? LATE_PART : EARLY_PART);
    }
}
