package org.velocitydb.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Properties;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Whatever stands after the name of the driver, it is taken apart or refused in words, and a password never gets into
 * those words or into what is printed.
 */
class ConnectionUrlFuzzTest
{
    private static final String SECRET = "hushhushhush";

    @FuzzTest(maxDuration = "30s")
    void shouldTakeApartOrRefuseAnyUrl(final byte[] data)
    {
        final String url = ConnectionUrl.PREFIX + new String(data, StandardCharsets.UTF_8);
        final boolean hasSecret = url.startsWith(SECRET, Math.max(0, url.indexOf("password=") + "password=".length()));
        try
        {
            final ConnectionUrl parsed = ConnectionUrl.parse(url, new Properties());
            assertFalse(parsed.hosts().isEmpty());
            assertEquals(parsed.hosts().size(), parsed.options().size());
            assertEquals(parsed.hosts(), ConnectionUrl.parse(parsed.toString(), new Properties()).hosts());
        }
        catch (final SQLException ex)
        {
            assertEquals("08001", ex.getSQLState());
            assertFalse(ex.getMessage().isBlank());
            assertFalse(hasSecret && ex.getMessage().contains(SECRET), ex.getMessage());
        }
    }
}
