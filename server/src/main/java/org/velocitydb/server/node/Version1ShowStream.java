package org.velocitydb.server.node;

import org.velocitydb.protocol.v1.MessageType;

/**
 * Answers a SHOW of version 1. The whole result is one frame, so it is gathered first; one that grows over the longest
 * frame is given up with an error.
 */
final class Version1ShowStream implements ResultStream
{
    private static final long NS_PER_MS = 1_000_000;
    /** Room for what follows the rows. */
    private static final int TAIL_LENGTH_MAX = 512;

    private final ResultTarget target;
    private final ShowAnswer answer;
    private final Version1Replies replies;
    private final int lengthMax;
    private final long startNs;
    private final Version1Result result = new Version1Result();
    private int finishedLength;
    private boolean isDone;

    Version1ShowStream(
        final ResultTarget target,
        final ShowAnswer answer,
        final Version1Replies replies,
        final int frameLengthMax,
        final long startNs)
    {
        this.target = target;
        this.answer = answer;
        this.replies = replies;
        this.lengthMax = frameLengthMax - TAIL_LENGTH_MAX;
        this.startNs = startNs;
    }

    @Override
    public int doWork(final long nowNs)
    {
        final ShowRows rows = answer.poll();
        if (rows == null)
        {
            return 0;
        }
        if (finishedLength == 0)
        {
            addRows(rows);
            if (result.lengthBytes() > lengthMax)
            {
                replies.error(target.session(), "result is longer than a frame: max=" + lengthMax);
                isDone = true;
                return 1;
            }
            if (result.rowCount() < rows.rowCount())
            {
                return 1;
            }
            finishedLength = result.finish(rows.rowCount(), rows.columns(), (nowNs - startNs) / NS_PER_MS);
        }
        isDone = replies.tryReply(target.session(), MessageType.RESPONSE, result.buffer(), finishedLength);
        return isDone ? 1 : 0;
    }

    private void addRows(final ShowRows rows)
    {
        for (int i = 0; i < ENTRIES_PER_SLICE && result.rowCount() < rows.rowCount(); i++)
        {
            result.addTexts(rows.row().apply(result.rowCount()));
        }
    }

    @Override
    public boolean isDone()
    {
        return isDone;
    }

    @Override
    public ResultTarget target()
    {
        return target;
    }

    @Override
    public String kind()
    {
        return "SHOW";
    }

    @Override
    public void close()
    {
        isDone = true;
    }
}
