package org.velocitydb.server.cli;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.agrona.ErrorHandler;
import org.velocitydb.journal.storage.FileStorage;
import org.velocitydb.server.audit.AuditContext;
import org.velocitydb.server.config.AuditConfig;

/**
 * Says to the audit log what the configuration says.
 */
final class AuditContexts
{
    private AuditContexts()
    {
    }

    /** Null where there is to be none. */
    static AuditContext of(final AuditConfig config, final Path dataDir, final ErrorHandler errorHandler)
    {
        return config.isEnabled()
            ? new AuditContext()
                .storage(new FileStorage(config.directory(dataDir)))
                .scope(config.what())
                .whenFull(config.whenFull())
                .maxFileBytes(config.maxFileBytes())
                .filesKept(config.filesKept())
                .syncIntervalNs(TimeUnit.MILLISECONDS.toNanos(config.syncIntervalMs()))
                .errorHandler(errorHandler)
            : null;
    }
}
