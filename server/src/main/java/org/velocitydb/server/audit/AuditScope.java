package org.velocitydb.server.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How much is logged. Each includes those before it.
 */
public enum AuditScope
{
    /** Who logged in, tried to, and left. */
    LOGINS,
    /** What changes the data or the server as well. */
    WRITES,
    /** Reads, questions about the server and bare connections as well. */
    ALL;

    /** What may be written, for messages. */
    public static final String ALLOWED = Arrays.stream(values()).map((scope) -> '"' + scope.text() + '"')
        .collect(Collectors.joining(", "));

    /**
     * As a configuration has it.
     *
     * @return lower case.
     */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Finds a scope.
     *
     * @param text as a configuration has it.
     * @return the scope, or null where there is none.
     */
    public static AuditScope of(final String text)
    {
        return Arrays.stream(values()).filter((scope) -> scope.text().equals(text)).findFirst().orElse(null);
    }

    boolean includes(final AuditScope other)
    {
        return ordinal() >= other.ordinal();
    }
}
