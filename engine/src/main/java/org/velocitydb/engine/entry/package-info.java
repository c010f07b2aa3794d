/**
 * What memtables and tables have in common: how keys compare, what an entry is, and how a sorted run of entries is
 * walked.
 *
 * <p>An entry is a key, a sequence, a kind (a value or a tombstone) and the value's bytes. A key here is the internal
 * one: four bytes of keyspace id, big-endian, and the user's key. Keys compare as unsigned bytes, a prefix before what
 * it begins.
 */
package org.velocitydb.engine.entry;
