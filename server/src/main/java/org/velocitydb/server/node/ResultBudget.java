package org.velocitydb.server.node;

/**
 * What the result of one statement may hold: rows, and bytes of keys and values. Owned by the result.
 */
final class ResultBudget
{
    private final long maxRowCount;
    private final long maxBytes;
    private long rowCount;
    private long bytes;

    ResultBudget(final NodeLimits limits)
    {
        maxRowCount = limits.resultRowCountMax();
        maxBytes = limits.resultBytesMax();
    }

    /**
     * Takes a row in.
     *
     * @param lengthBytes of key and value.
     * @throws ResultTooLargeException where it is one too many.
     */
    void take(final int lengthBytes)
    {
        rowCount++;
        bytes += lengthBytes;
        if (rowCount > maxRowCount)
        {
            throw new ResultTooLargeException("result has more rows than allowed: max=" + maxRowCount + "; use LIMIT");
        }
        if (bytes > maxBytes)
        {
            throw new ResultTooLargeException("result has more bytes than allowed: max=" + maxBytes + "; use LIMIT");
        }
    }
}
