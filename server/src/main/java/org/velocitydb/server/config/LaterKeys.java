package org.velocitydb.server.config;

import java.util.List;
import java.util.Set;

/**
 * Names that a user may know from the design or from other versions and that mean nothing here yet. A security setting
 * that is read and not obeyed is worse than one that is refused.
 */
final class LaterKeys
{
    private static final Set<String> SECTIONS = Set.of("security", "cluster", "replication",
        "metrics", "backup", "logging");

    private static final Set<String> KEYS = Set.of(
        "server.audit_log",
        "server.enable_tls",
        "server.tls_cert",
        "server.tls_key",
        "server.tls_cert_path",
        "server.tls_key_path",
        "server.admin_bind",
        "server.threading_mode",
        "server.idle_strategy",
        "server.log_level",
        "database.enable_compression",
        "database.encryption",
        "database.encryption_key_file",
        "database.adaptive_batching",
        "database.max_value_size",
        "database.compaction_io_budget");

    private LaterKeys()
    {
    }

    static boolean contains(final List<String> path)
    {
        return SECTIONS.contains(path.get(0)) || KEYS.contains(String.join(".", path));
    }
}
