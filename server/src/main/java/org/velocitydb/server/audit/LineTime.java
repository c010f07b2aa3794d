package org.velocitydb.server.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Writes times as ISO 8601 in UTC with milliseconds. The text of a second is made once and kept.
 */
final class LineTime
{
    private static final long MS_PER_SECOND = 1000;
    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss")
        .withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private String text = "";

    void put(final LineBuffer line, final long epochMs)
    {
        final long epochSecond = Math.floorDiv(epochMs, MS_PER_SECOND);
        if (epochSecond != second)
        {
            second = epochSecond;
            text = TO_THE_SECOND.format(Instant.ofEpochSecond(epochSecond));
        }
        final int ms = (int) Math.floorMod(epochMs, MS_PER_SECOND);
        line.raw(text).raw(ms < 10 ? ".00" : ms < 100 ? ".0" : ".").number(ms).raw("Z");
    }
}
