package org.velocitydb.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LengthsTest
{
    @ParameterizedTest
    @CsvSource({
        "0B, 0", "1B, 1", "1023B, 1023", "1KiB, 1024", "64MiB, 67108864", "4GiB, 4294967296", "1TiB, 1099511627776",
        "8388607TiB, 9223370937343148032" })
    void shouldReadAndWriteTheSame(final String text, final long lengthBytes)
    {
        assertEquals(lengthBytes, Lengths.parse(text));
        assertEquals(text, Lengths.format(lengthBytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "64", "MiB", "64 MiB", "64mib", "64MB", "64M", "-1B", "1.5GiB", "8388608TiB", "9223372036854775808B",
        "99999999999999999999B" })
    void shouldRefuseWhatIsNoLength(final String text)
    {
        assertThrows(IllegalArgumentException.class, () -> Lengths.parse(text));
    }

    @Test
    void shouldReadDurations()
    {
        assertEquals(TimeUnit.MICROSECONDS.toNanos(5), Durations.parseNs("5us"));
        assertEquals(TimeUnit.MILLISECONDS.toNanos(10), Durations.parseNs("10ms"));
        assertEquals(TimeUnit.SECONDS.toNanos(3), Durations.parseNs("3s"));
        assertEquals(TimeUnit.MINUTES.toNanos(2), Durations.parseNs("2m"));
        assertEquals(TimeUnit.HOURS.toNanos(1), Durations.parseNs("1h"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "10", "ms", "10 ms", "-1s", "1.5s", "10d", "999999999999999999h" })
    void shouldRefuseWhatIsNoDuration(final String text)
    {
        assertThrows(IllegalArgumentException.class, () -> Durations.parseNs(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "127.0.0.1:5432", "localhost:0", "[::1]:65535", "db-1.example.org:5432" })
    void shouldReadAndWriteAddressesTheSame(final String text)
    {
        assertEquals(text, BindAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "5432", ":5432", "localhost", "localhost:", "::1:5432", "localhost:65536", "a b:1" })
    void shouldRefuseWhatIsNoAddress(final String text)
    {
        assertThrows(IllegalArgumentException.class, () -> BindAddress.parse(text));
    }

    @Test
    void shouldResolveAddresses()
    {
        assertEquals(new InetSocketAddress("127.0.0.1", 5432), BindAddress.parse("127.0.0.1:5432").resolve());
    }
}
