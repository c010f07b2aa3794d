package org.velocitydb.engine.version;

import java.util.List;

/**
 * What the manifest that counts says.
 *
 * @param file            of the manifest, relative name.
 * @param flushedSequence all entries up to it are in tables.
 * @param nextTableNumber no table has this number or a larger one.
 * @param tables          by level, then by number.
 */
public record ManifestContents(
    String file,
    long flushedSequence,
    long nextTableNumber,
    List<ListedTable> tables)
{
}
