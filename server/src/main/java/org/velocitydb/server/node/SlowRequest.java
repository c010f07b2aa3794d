package org.velocitydb.server.node;

import java.time.Instant;
import java.util.List;

/**
 * A request that took longer than the slow log's threshold, and where the time went, in microseconds; {@link #NONE}
 * where a stage does not apply. It holds no value.
 *
 * @param endMs        when it was answered, since the epoch.
 * @param connectionId who asked.
 * @param user         who asked.
 * @param request      what kind it was.
 * @param key          of it, shortened, or nothing.
 * @param totalUs      from when it was taken until it was answered.
 * @param queuedUs     in the ring, until the writer took it.
 * @param applyUs      until its group was judged and in memory.
 * @param journalUs    until the group's record was written.
 * @param forceUs      until the record was forced.
 * @param replyUs      until the answer was made.
 * @param runUs        worked for by the event loop, in a request that is not the writer's.
 */
public record SlowRequest(
    long endMs,
    long connectionId,
    String user,
    String request,
    String key,
    long totalUs,
    long queuedUs,
    long applyUs,
    long journalUs,
    long forceUs,
    long replyUs,
    long runUs)
{
    /** Of a stage that a request does not have. */
    public static final long NONE = -1;

    static final List<String> COLUMNS = List.of(
        "time", "connection", "user", "request", "key", "total_us", "queued_us", "apply_us", "journal_us", "force_us",
        "reply_us", "run_us");

    List<String> texts()
    {
        return List.of(
            Instant.ofEpochMilli(endMs).toString(), Long.toString(connectionId), user, request, key,
            text(totalUs), text(queuedUs), text(applyUs), text(journalUs), text(forceUs), text(replyUs), text(runUs));
    }

    private static String text(final long us)
    {
        return us == NONE ? "" : Long.toString(us);
    }

    /**
     * One line for a log.
     *
     * @return names and values of what applies.
     */
    @Override
    public String toString()
    {
        final StringBuilder line = new StringBuilder("slow request:");
        final List<String> texts = texts();
        for (int i = 1; i < texts.size(); i++)
        {
            if (!texts.get(i).isEmpty())
            {
                line.append(i == 1 ? " " : ", ").append(COLUMNS.get(i)).append('=').append(texts.get(i));
            }
        }
        return line.toString();
    }
}
