package org.velocitydb.engine;

import org.velocitydb.engine.compaction.CompactionJob;
import org.velocitydb.journal.storage.StorageException;

/**
 * What the compaction agent hands back to maintenance.
 *
 * @param job     whose copying has ended.
 * @param failure that ended it, or null.
 */
record CopiedCompaction(CompactionJob job, StorageException failure)
{
}
