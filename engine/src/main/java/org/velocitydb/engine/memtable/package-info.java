/**
 * Where writes live until they are flushed to a table: ordered, in memory off the heap, read without a lock while one
 * thread writes.
 *
 * <p>Three ideas carry it. <b>Nothing moves and nothing is reclaimed</b>: an {@link
 * org.velocitydb.engine.memtable.Arena} hands out memory by moving one position, and gives all of it back at once when
 * the memtable dies, so a reader needs no protection but the promise that the memtable is open. <b>The bytes of a key
 * are its way</b> through an adaptive radix tree: a search looks at the few bytes that tell keys apart, in nodes that
 * are as large as they have children, and compares one whole key at the end; {@code RadixTree} argues why a reader may
 * do so without a lock. <b>A key keeps all its versions</b>, newest first, and a reader takes the first one that its
 * snapshot may see; the writer publishes a sequence after linking what carries it, so a snapshot is complete by the
 * time that anyone can ask for it.
 */
package org.velocitydb.engine.memtable;
