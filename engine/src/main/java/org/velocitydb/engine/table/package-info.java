/**
 * Immutable sorted tables: the files in which entries live once they have left memory.
 *
 * <p>Three ideas. A table is written once, front to back, through a small buffer, and forced before anything names it,
 * so that there is no torn table to recover ({@link org.velocitydb.engine.table.TableWriter}). Unless it is
 * compressed, it is read in place from a mapping by any number of threads without locks or garbage: a filter that costs
 * one cache miss, an index of
 * eight-byte prefixes, and blocks in which a fingerprint leads to the entry ({@link
 * org.velocitydb.engine.table.Table}, {@link org.velocitydb.engine.table.TableCursor}). And nothing in it is believed:
 * every part is covered by a checksum that also covers where the part belongs, and every length is checked before it is
 * used.
 *
 * <p>The layouts are drawn at {@code FooterDescriptor}, {@code BlockDescriptor}, {@code FilterDescriptor}, {@code
 * IndexDescriptor} and {@code PropertiesDescriptor}.
 */
package org.velocitydb.engine.table;
