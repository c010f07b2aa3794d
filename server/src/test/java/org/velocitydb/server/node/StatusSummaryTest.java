package org.velocitydb.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

/**
 * What SHOW STATUS says, and how it says lengths and durations.
 */
final class StatusSummaryTest
{
    @Test
    void shouldShowLengthsAndDurationsAsPeopleReadThem()
    {
        assertEquals("0 B", StatusSummary.length(0));
        assertEquals("1023 B", StatusSummary.length(1023));
        assertEquals("1.5 KiB", StatusSummary.length(1536));
        assertEquals("8192.0 PiB", StatusSummary.length(Long.MAX_VALUE));
        assertEquals("00:00:59", StatusSummary.duration(TimeUnit.SECONDS.toNanos(59)));
        assertEquals("1 day 00:01:00", StatusSummary.duration(TimeUnit.MINUTES.toNanos(24 * 60 + 1)));
        assertEquals("3 days 23:59:59", StatusSummary.duration(TimeUnit.SECONDS.toNanos(4 * 86_400 - 1)));
    }

    @Test
    void shouldTellHowTheServerIs()
    {
        try (SteppedNode node = new SteppedNode(context ->
        {
        }))
        {
            final TestClient2 client = node.login();
            client.sql("INSERT INTO kv (key, value) VALUES ('a', 1)");
            client.take();
            client.sql("SHOW STATUS");
            final List<String> cells = client.take().cells();

            assertEquals("serving", cells.get(cells.indexOf("state") + 1));
            assertTrue(cells.contains("version") && cells.contains("uptime"), cells.toString());
            assertEquals("0 files, 0 B, 0 entries", cells.get(cells.indexOf("tables") + 1));
            assertTrue(cells.get(cells.indexOf("memtables") + 1).endsWith(" 1 entry"), cells.toString());
        }
    }
}
