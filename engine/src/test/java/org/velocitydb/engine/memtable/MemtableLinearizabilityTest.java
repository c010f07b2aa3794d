package org.velocitydb.engine.memtable;

import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.concurrent.UnsafeBuffer;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;

/**
 * A write takes effect at the moment its sequence is published, a read at the moment it takes its snapshot: with that
 * protocol on top, a memtable is a linearizable map. Lincheck draws the programs and finds an order that explains what
 * each thread saw, or says that there is none.
 *
 * <p>It runs them freely, not under its model checker: that switches threads at accesses to the heap, and references
 * lie off the heap, where it would neither switch nor see.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:6")
public class MemtableLinearizabilityTest
{
    private static final Queue<Memtable> OPENED = new ConcurrentLinkedQueue<>();
    private static final int COMMON_LENGTH = 7;
    private static final int NULL_KEY = -1;

    private final Memtable memtable = new Memtable(8 << 10);
    private final AtomicLong published = new AtomicLong();
    private long sequence;

    /**
     * For Lincheck, which makes one for each run of a program.
     */
    public MemtableLinearizabilityTest()
    {
        OPENED.add(memtable);
    }

    @Test
    void shouldBeLinearizableWhereSequencesArePublishedAfterWriting()
    {
        try
        {
            new StressOptions()
                .threads(2)
                .actorsPerThread(4)
                .iterations(4)
                .invocationsPerIteration(60)
                .sequentialSpecification(SequentialMap.class)
                .check(MemtableLinearizabilityTest.class);
        }
        finally
        {
            OPENED.forEach(Memtable::close);
            OPENED.clear();
        }
    }

    /**
     * The writer's work.
     *
     * @param key to put.
     */
    @Operation(nonParallelGroup = "writer")
    public void put(@Param(name = "key") final int key)
    {
        final UnsafeBuffer bytes = keyBytes(key);
        memtable.put(bytes, 0, bytes.capacity(), ++sequence, Expiry.NEVER_MS, bytes, 0, 0);
        published.setRelease(sequence);
    }

    /**
     * A point read.
     *
     * @param key to read.
     * @return its sequence or -1.
     */
    @Operation
    public long get(@Param(name = "key") final int key)
    {
        final long snapshot = published.getAcquire();
        final UnsafeBuffer bytes = keyBytes(key);
        final EntryView view = new EntryView();
        return memtable.get(bytes, 0, bytes.capacity(), snapshot, view) ? view.sequence() : Memtable.NULL_SEQUENCE;
    }

    /**
     * A seek forward.
     *
     * @param key to begin at.
     * @return the first key at or after it, or -1.
     */
    @Operation
    public int atOrAfter(@Param(name = "key") final int key)
    {
        final MemtableCursor cursor = new MemtableCursor().reset(memtable, published.getAcquire());
        final UnsafeBuffer bytes = keyBytes(key);
        return cursor.seek(bytes, 0, bytes.capacity()) ? keyAt(cursor) : NULL_KEY;
    }

    /**
     * A seek backward.
     *
     * @param key to begin at.
     * @return the last key before it, or -1.
     */
    @Operation
    public int before(@Param(name = "key") final int key)
    {
        final MemtableCursor cursor = new MemtableCursor().reset(memtable, published.getAcquire());
        final UnsafeBuffer bytes = keyBytes(key);
        return cursor.seekBefore(bytes, 0, bytes.capacity()) ? keyAt(cursor) : NULL_KEY;
    }

    /** Key 1 begins the others, of which there are as many as make the smallest node grow. */
    private static UnsafeBuffer keyBytes(final int key)
    {
        final byte[] bytes = new byte[COMMON_LENGTH + (key == 1 ? 0 : 1)];
        if (key > 1)
        {
            bytes[COMMON_LENGTH] = (byte) key;
        }
        return new UnsafeBuffer(bytes);
    }

    private static int keyAt(final MemtableCursor cursor)
    {
        return cursor.keyLength() == COMMON_LENGTH
            ? 1
            : cursor.keyBuffer().getByte(cursor.keyOffset() + COMMON_LENGTH);
    }

    /** What it must look like. */
    public static class SequentialMap
    {
        private final TreeMap<Integer, Long> entries = new TreeMap<>();
        private long sequence;

        /**
         * See {@link MemtableLinearizabilityTest#put}.
         *
         * @param key to put.
         */
        public void put(final int key)
        {
            entries.put(key, ++sequence);
        }

        /**
         * See {@link MemtableLinearizabilityTest#get}.
         *
         * @param key to read.
         * @return its sequence or -1.
         */
        public long get(final int key)
        {
            return entries.getOrDefault(key, Memtable.NULL_SEQUENCE);
        }

        /**
         * See {@link MemtableLinearizabilityTest#atOrAfter}.
         *
         * @param key to begin at.
         * @return the first key at or after it, or -1.
         */
        public int atOrAfter(final int key)
        {
            return keyOf(entries.ceilingEntry(key));
        }

        /**
         * See {@link MemtableLinearizabilityTest#before}.
         *
         * @param key to begin at.
         * @return the last key before it, or -1.
         */
        public int before(final int key)
        {
            return keyOf(entries.lowerEntry(key));
        }

        private static int keyOf(final Map.Entry<Integer, Long> entry)
        {
            return entry == null ? NULL_KEY : entry.getKey();
        }
    }
}
