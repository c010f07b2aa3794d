/**
 * The write-ahead log: pre-allocated segments of checksummed records, one record per group commit.
 *
 * <p>Three ideas. Sequences are contiguous, so a hole is always seen. Every record says how much of the log was durable
 * when it was written, so that after a crash a torn tail can be told from rot. And every life of a segment file has a
 * random tag that its records repeat, so that what an earlier life left in a recycled file is never taken for a record.
 *
 * <p>{@link org.velocitydb.journal.Journal} is the way in; {@link org.velocitydb.journal.storage} is what it stands on.
 */
package org.velocitydb.journal;
