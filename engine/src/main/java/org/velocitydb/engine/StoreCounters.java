package org.velocitydb.engine;

import java.util.concurrent.atomic.AtomicLongArray;

import org.velocitydb.engine.compaction.CompactionStats;
import org.velocitydb.engine.concurrent.PaddedLong;

/**
 * What the store counts. Each number has one writing thread; anybody may read, and sees a recent value.
 */
public final class StoreCounters
{
    /** Commands that were answered. Written by the writer, as all down to the group sizes. */
    final PaddedLong commands = new PaddedLong(0);
    final PaddedLong operationsApplied = new PaddedLong(0);
    final PaddedLong conditionsFailed = new PaddedLong(0);
    final PaddedLong requestsReplayed = new PaddedLong(0);
    final PaddedLong refusedLate = new PaddedLong(0);
    final PaddedLong refusedDiskFull = new PaddedLong(0);
    final PaddedLong memtablesFrozen = new PaddedLong(0);
    final PaddedLong forces = new PaddedLong(0);
    final PaddedLong forceNs = new PaddedLong(0);
    final PaddedLong stalls = new PaddedLong(0);
    final PaddedLong stallNs = new PaddedLong(0);
    final PaddedLong slowdowns = new PaddedLong(0);
    final PaddedLong slowdownNs = new PaddedLong(0);
    final PaddedLong writeDelayNsPerKib = new PaddedLong(0);
    final PaddedLong refusedBacklog = new PaddedLong(0);
    final PaddedLong debtBytes = new PaddedLong(0);
    final GroupSizes groups = new GroupSizes();
    /** Written by maintenance. */
    final PaddedLong flushes = new PaddedLong(0);
    final PaddedLong compactions = new PaddedLong(0);
    final PaddedLong maintenanceFailures = new PaddedLong(0);
    private final CompactionStats compaction = new CompactionStats();

    /**
     * Commands that were answered, refused ones included.
     *
     * @return the count.
     */
    public long commands()
    {
        return commands.getOpaque();
    }

    /**
     * Puts and deletes that were done.
     *
     * @return the count.
     */
    public long operationsApplied()
    {
        return operationsApplied.getOpaque();
    }

    /**
     * Commands that a condition forbade.
     *
     * @return the count.
     */
    public long conditionsFailed()
    {
        return conditionsFailed.getOpaque();
    }

    /**
     * Commands answered with the remembered answer of an earlier request.
     *
     * @return the count.
     */
    public long requestsReplayed()
    {
        return requestsReplayed.getOpaque();
    }

    /**
     * Commands whose deadline had passed.
     *
     * @return the count.
     */
    public long refusedLate()
    {
        return refusedLate.getOpaque();
    }

    /**
     * Commands refused since the disk is full.
     *
     * @return the count.
     */
    public long refusedDiskFull()
    {
        return refusedDiskFull.getOpaque();
    }

    /**
     * Memtables that were full and frozen.
     *
     * @return the count.
     */
    public long memtablesFrozen()
    {
        return memtablesFrozen.getOpaque();
    }

    /**
     * Times the journal was made durable, by a force or by a direct write.
     *
     * @return the count.
     */
    public long forces()
    {
        return forces.getOpaque();
    }

    /**
     * Time spent in making the journal durable: in forces, and in whole commits of groups that ask for it.
     *
     * @return nanoseconds.
     */
    public long forceNs()
    {
        return forceNs.getOpaque();
    }

    /**
     * Times the writer had to wait for a flush or a compaction.
     *
     * @return the count.
     */
    public long stalls()
    {
        return stalls.getOpaque();
    }

    /**
     * Time for which commands had to wait since the writer had to.
     *
     * @return nanoseconds.
     */
    public long stallNs()
    {
        return stallNs.getOpaque();
    }

    /**
     * Times that commands began to wait because flushes and compactions were behind, without the writer's having to
     * stop.
     *
     * @return the count.
     */
    public long slowdowns()
    {
        return slowdowns.getOpaque();
    }

    /**
     * Time for which commands waited because they were slowed down.
     *
     * @return nanoseconds.
     */
    public long slowdownNs()
    {
        return slowdownNs.getOpaque();
    }

    /**
     * How much writes are slowed down now.
     *
     * @return nanoseconds for each KiB; 0 while they are free.
     */
    public long writeDelayNsPerKib()
    {
        return writeDelayNsPerKib.getOpaque();
    }

    /**
     * Commands refused since flushes or compactions fail and nothing more can be kept in memory.
     *
     * @return the count.
     */
    public long refusedBacklog()
    {
        return refusedBacklog.getOpaque();
    }

    /**
     * Bytes that lie in levels above the one they should be in.
     *
     * @return bytes; 0 where no compaction is due.
     */
    public long debtBytes()
    {
        return debtBytes.getOpaque();
    }

    /**
     * How many commands the groups had.
     *
     * @return the distribution.
     */
    public GroupSizes groups()
    {
        return groups;
    }

    /**
     * Memtables written to tables.
     *
     * @return the count.
     */
    public long flushes()
    {
        return flushes.getOpaque();
    }

    /**
     * Compactions done.
     *
     * @return the count.
     */
    public long compactions()
    {
        return compactions.getOpaque();
    }

    /**
     * Flushes and compactions that failed and will be tried again.
     *
     * @return the count.
     */
    public long maintenanceFailures()
    {
        return maintenanceFailures.getOpaque();
    }

    /**
     * What flushes and compactions moved, and what they left out.
     *
     * @return the figures.
     */
    public CompactionStats compaction()
    {
        return compaction;
    }

    /**
     * Distribution of the number of commands in a group, by powers of two: bucket n counts groups of 2^n to 2^(n+1) -
     * 1.
     */
    public static final class GroupSizes
    {
        /** One bucket a power of two, up to the largest group. */
        public static final int BUCKET_COUNT = Integer.SIZE -
            Integer.numberOfLeadingZeros(OpenGroup.COMMAND_COUNT_MAX);

        private final AtomicLongArray buckets = new AtomicLongArray(BUCKET_COUNT);
        private final PaddedLong sum = new PaddedLong(0);

        void record(final int commandCount)
        {
            final int bucket = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(commandCount);
            buckets.setOpaque(bucket, buckets.getPlain(bucket) + 1);
            sum.addOpaque(commandCount);
        }

        /**
         * Commands of all groups.
         *
         * @return the count.
         */
        public long sum()
        {
            return sum.getOpaque();
        }

        /**
         * Groups of a bucket.
         *
         * @param bucket 0 to {@link #BUCKET_COUNT} - 1.
         * @return how many groups had at least 2^bucket commands and fewer than twice that.
         */
        public long count(final int bucket)
        {
            return buckets.getOpaque(bucket);
        }
    }
}
