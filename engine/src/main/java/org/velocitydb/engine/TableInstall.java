package org.velocitydb.engine;

import org.velocitydb.engine.version.TableSet;

/**
 * What maintenance hands to the writer after a flush or a compaction: the manifest already says so, now the view shall.
 *
 * @param tables               the tables from now on; the reference that comes with them is the writer's to give up.
 * @param flushed              the memtable that is in them now, or null after a compaction.
 * @param hasDroppedTombstones whether a compaction left tombstones out.
 */
record TableInstall(TableSet tables, SharedMemtable flushed, boolean hasDroppedTombstones)
{
}
