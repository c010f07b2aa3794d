/**
 * How entries move from memory into tables, and from many tables into few.
 *
 * <p>Three ideas. A job is a small object that does a bounded slice of work each time it is driven, so that one
 * background agent can run it between other things and stop at any time ({@link
 * org.velocitydb.engine.compaction.FlushJob}, {@link
 * org.velocitydb.engine.compaction.CompactionJob}).
 * Until its edit is applied a job has changed nothing but files that nobody knows, and it removes these when it is
 * given up or the disk is full. And since readers pin the tables that they read, a merge keeps only the newest entry of
 * each key: there are no versions in tables.
 *
 * <p>Levels: flushes make tables of level 0, which overlap. When there are enough of them they are merged into the base
 * level. How long that and each deeper level may become is derived from the last one, of which the one above holds a
 * tenth at most, and so on ({@link org.velocitydb.engine.compaction.CompactionOptions}); what is beyond goes down,
 * table by table ({@link org.velocitydb.engine.compaction.CompactionPicker}). From level 1 on a table belongs to one
 * keyspace.
 */
package org.velocitydb.engine.compaction;
