package org.velocitydb.server.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * When a write is on disk, seen from its acknowledgement.
 */
public enum SyncMode
{
    /** Before it is acknowledged; all that came meanwhile shares one sync. */
    GROUP,
    /** At most one interval after it: what was acknowledged in that time can be lost. */
    INTERVAL,
    /** When the operating system gets to it: what was acknowledged is lost if the machine stops. */
    NONE;

    /** What may be written, for messages. */
    static final String ALLOWED = Arrays.stream(values()).map((mode) -> '"' + mode.text() + '"')
        .collect(Collectors.joining(", "));

    /**
     * As a file has it.
     *
     * @return lower case.
     */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }

    static SyncMode of(final String text)
    {
        return Arrays.stream(values()).filter((mode) -> mode.text().equals(text)).findFirst().orElse(null);
    }
}
