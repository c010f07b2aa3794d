/**
 * The store: a durable, ordered map from bytes to bytes that a program embeds and the server serves.
 *
 * <p>Three threads' worth of work, each an agent that a test can step: the
 * {@linkplain org.velocitydb.engine.StoreWriter writer} owns the memtable, the sequence numbers and the journal, and
 * takes commands from a ring; {@linkplain org.velocitydb.engine.StoreMaintenance maintenance} flushes, compacts and
 * frees; readers, any number of them, read.
 *
 * <p>What they share is one reference to an immutable {@linkplain org.velocitydb.engine.StoreView view} (which
 * memtables, which tables) and one number, the visible sequence. Only the writer changes either. A reader loads both,
 * without a lock, and is protected from frees by its epoch.
 */
package org.velocitydb.engine;
