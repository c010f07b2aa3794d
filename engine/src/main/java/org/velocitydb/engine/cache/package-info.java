/**
 * Answers kept from tables, so that a hot key costs one look instead of a search through levels.
 *
 * <p>Two ideas carry it. <b>A cache belongs to one reader thread</b>, so it needs no lock, shares no line and allocates
 * nothing; what is hot on several threads is kept several times, which for small entries costs less than sharing. <b>A
 * cached answer says how far it knows</b>: the sequence up to which all tables had been looked at. Nobody invalidates
 * when tables come or go; the reader compares that sequence with those of the tables it has not seen, and either
 * confirms the answer or looks again.
 */
package org.velocitydb.engine.cache;
