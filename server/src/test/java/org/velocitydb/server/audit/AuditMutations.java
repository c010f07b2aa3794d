package org.velocitydb.server.audit;

import java.nio.ByteBuffer;

import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Does to a log's files what nobody should.
 */
final class AuditMutations
{
    private AuditMutations()
    {
    }

    /** Replaces a file. */
    static void put(final SimulatedStorage storage, final long number, final byte[] bytes)
    {
        storage.delete(AuditFileNames.of(number));
        try (StorageFile file = storage.create(AuditFileNames.of(number), 0))
        {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.force();
        }
        storage.forceDirectory("");
    }
}
