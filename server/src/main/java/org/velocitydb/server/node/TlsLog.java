package org.velocitydb.server.node;

import java.util.concurrent.TimeUnit;

import org.velocitydb.transport.Session;

/**
 * Tells the log of peers whose TLS fails, a bounded number of them in each minute: whoever causes these lines need not
 * have logged in. Used on one event loop's thread.
 */
final class TlsLog
{
    private static final System.Logger LOGGER = System.getLogger(TlsLog.class.getName());
    private static final long PERIOD_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int LINES_PER_PERIOD = 20;
    /** What a peer can write into a line. */
    private static final int MAX_REASON_LENGTH = 512;

    private long periodBeganNs;
    private int lineCount;
    private long unsaidCount;

    void onFailure(final Session session, final String reason, final long nowNs)
    {
        if (lineCount == 0 || nowNs - periodBeganNs >= PERIOD_NS)
        {
            if (unsaidCount > 0)
            {
                LOGGER.log(System.Logger.Level.WARNING, "TLS failed, not said before: count=" + unsaidCount);
            }
            periodBeganNs = nowNs;
            lineCount = 0;
            unsaidCount = 0;
        }
        if (lineCount == LINES_PER_PERIOD)
        {
            unsaidCount++;
            return;
        }
        lineCount++;
        LOGGER.log(
            System.Logger.Level.WARNING,
            "TLS failed: remote=" + session.remoteAddress() + ", " + printable(reason));
    }

    /** One line without control characters, whatever the peer put in. */
    private static String printable(final String reason)
    {
        final String text = reason.replaceAll("\\p{Cntrl}", "?");
        return text.length() <= MAX_REASON_LENGTH ? text : text.substring(0, MAX_REASON_LENGTH) + "...";
    }
}
