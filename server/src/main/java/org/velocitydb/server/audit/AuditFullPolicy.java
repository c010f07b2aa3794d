package org.velocitydb.server.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What happens to requests when the audit log cannot take what is to be said of them: its disk is slow, full or broken.
 */
public enum AuditFullPolicy
{
    /** They wait: their connections are not read until there is room. */
    BLOCK,
    /** They go on, and what could not be logged is counted; the count becomes a line of the log. */
    DROP;

    /** What may be written, for messages. */
    public static final String ALLOWED = Arrays.stream(values()).map((policy) -> '"' + policy.text() + '"')
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
     * Finds a policy.
     *
     * @param text as a configuration has it.
     * @return the policy, or null where there is none.
     */
    public static AuditFullPolicy of(final String text)
    {
        return Arrays.stream(values()).filter((policy) -> policy.text().equals(text)).findFirst().orElse(null);
    }
}
