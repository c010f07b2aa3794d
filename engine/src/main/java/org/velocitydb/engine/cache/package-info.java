/**
 * What is kept from tables in memory: rows, so that a hot key costs one look instead of a search through levels, and
 * blocks, so that those of compressed tables are not decompressed again for each read.
 *
 * <p>The cache of rows ({@link org.velocitydb.engine.cache.EntryCache}): two ideas carry it. <b>A cache belongs to one
 * reader thread</b>, so it needs no lock, shares no line and allocates
 * nothing; what is hot on several threads is kept several times, which for small entries costs less than sharing. <b>A
 * cached answer says how far it knows</b>: the sequence up to which all tables had been looked at. Nobody invalidates
 * when tables come or go; the reader compares that sequence with those of the tables it has not seen, and either
 * confirms the answer or looks again.
 *
 * <p>The cache of blocks ({@link org.velocitydb.engine.cache.BlockCache}) is shared, for blocks are large. <b>Readers
 * look, one owner does the rest</b>: it learns from notes that readers leave, and what it frees waits until no reader
 * can hold it. <b>A lookup may miss what is there, and never finds what is not</b>: names of blocks never change
 * meaning, and a block's frame says which one it is.
 */
package org.velocitydb.engine.cache;
