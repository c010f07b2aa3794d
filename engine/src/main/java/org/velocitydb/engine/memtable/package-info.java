/**
 * Where writes live until they are flushed to a table: ordered, in memory off the heap, read without a lock while one
 * thread writes.
 *
 * <p>Three ideas carry it. <b>Nothing moves and nothing is reclaimed</b>: an {@link
 * org.velocitydb.engine.memtable.Arena} hands out memory by moving one position, and gives all of it back at once when
 * the memtable dies, so a reader needs no protection but the promise that the memtable is open. <b>A key's first bytes
 * lie beside each link</b> of the skip list, so that most steps of a search decide without touching the node they are
 * about; {@code SkipList} argues why a reader may look at both without a lock. <b>A key keeps all its versions</b>,
 * newest first, and a reader takes the first one that its snapshot may see; the writer publishes a sequence after
 * linking what carries it, so a snapshot is complete by the time that anyone can ask for it.
 */
package org.velocitydb.engine.memtable;
