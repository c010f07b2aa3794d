package org.velocitydb.engine.memtable;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.entry.Expiry;
import org.velocitydb.engine.entry.Keys;

class MemtableTest
{
    private final long openCount = Arena.openCount();
    private final EntryView view = new EntryView();
    private final MemtableCursor cursor = new MemtableCursor();
    private Memtable memtable;

    @BeforeEach
    void before()
    {
        memtable = new Memtable(1 << 20);
    }

    @AfterEach
    void after()
    {
        memtable.close();
        assertEquals(openCount, Arena.openCount());
    }

    @Test
    void shouldBeginEmpty()
    {
        assertEquals(0, memtable.entryCount());
        assertEquals(Memtable.NULL_SEQUENCE, memtable.firstSequence());
        assertEquals(Memtable.NULL_SEQUENCE, memtable.lastSequence());
        assertEquals(Memtable.OVERHEAD_BYTES, memtable.allocatedBytes());
        assertFalse(get("a", Long.MAX_VALUE));
        cursor.reset(memtable, Long.MAX_VALUE);
        assertFalse(cursor.isValid());
        assertFalse(cursor.seekFirst());
        assertFalse(cursor.seekLast());
        assertFalse(cursor.isValid());
    }

    @Test
    void shouldShowEachSnapshotItsOwnVersion()
    {
        put("key", 3, "three");
        delete("key", 5);
        put("key", 9, "");

        assertFalse(get("key", 2));
        assertTrue(get("key", 3));
        assertEquals("three", text(view.value(), 0, view.value().capacity()));
        assertTrue(get("key", 4));
        assertEquals(3, view.sequence());
        assertTrue(get("key", 8));
        assertTrue(view.isTombstone());
        assertEquals(5, view.sequence());
        assertTrue(get("key", 9));
        assertFalse(view.isTombstone());
        assertEquals(0, view.value().capacity());
        assertEquals(3, memtable.entryCount());
        assertEquals(3, memtable.firstSequence());
        assertEquals(9, memtable.lastSequence());
    }

    @Test
    void shouldLetTheLaterOfTwoEntriesWithOneSequenceWin()
    {
        put("key", 3, "first");
        put("key", 3, "second");

        assertTrue(get("key", 3));
        assertEquals("second", text(view.value(), 0, view.value().capacity()));
    }

    @Test
    void shouldSkipKeysThatAreNewerThanTheSnapshot()
    {
        put("a", 1, "1");
        put("c", 2, "2");
        put("b", 3, "3");
        delete("d", 4);
        cursor.reset(memtable, 2);

        assertTrue(cursor.seekFirst());
        assertTrue(cursor.next());
        assertEquals("c", text(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
        assertFalse(cursor.next());
        assertTrue(cursor.seekLast());
        assertEquals("c", text(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
        assertTrue(cursor.previous());
        assertEquals("a", text(cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
        assertFalse(cursor.previous());

        cursor.reset(memtable, 4);
        assertTrue(cursor.seekLast());
        assertTrue(cursor.isTombstone());
        assertEquals(0, cursor.valueLength());
        assertEquals(4, cursor.sequence());
    }

    @Test
    void shouldKeepOrderWhereKeysBeginEachOtherAndHoldZerosAndOnes()
    {
        final byte[][] ascending = {
            { 0, 0 }, { 0, 0, 0 }, { 0, 1 }, { 0, 1, 0, 0, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0, 0, 0, 0 },
            { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
            { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, { 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, { 127 }, { -128 },
            { -1, -1, -1, -1, -1, -1, -1 }, { -1, -1, -1, -1, -1, -1, -1, -1 },
            { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 },
            { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 } };
        for (int i = 0; i < ascending.length; i++)
        {
            final UnsafeBuffer key = new UnsafeBuffer(ascending[(i * 7) % ascending.length]);
            memtable.put(key, 0, key.capacity(), i, Expiry.NEVER_MS, key, 0, key.capacity());
        }

        cursor.reset(memtable, Long.MAX_VALUE);
        boolean isValid = cursor.seekFirst();
        for (final byte[] expected : ascending)
        {
            assertTrue(isValid);
            final UnsafeBuffer key = new UnsafeBuffer(expected);
            assertEquals(
                0,
                Keys.compare(
                    key, 0, key.capacity(), cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
            assertTrue(memtable.get(key, 0, key.capacity(), Long.MAX_VALUE, view));
            isValid = cursor.next();
        }
        assertFalse(isValid);
    }

    @Test
    void shouldStoreTheLongestKeysAndLargeValues()
    {
        final UnsafeBuffer key = new UnsafeBuffer(new byte[Keys.MAX_INTERNAL_KEY_LENGTH]);
        final UnsafeBuffer value = new UnsafeBuffer(new byte[5 << 20]);
        value.putLong(value.capacity() - Long.BYTES, 42);
        try (Memtable large = new Memtable(8 << 20))
        {
            large.put(key, 0, key.capacity(), 1, Expiry.NEVER_MS, value, 0, value.capacity());
            key.putByte(key.capacity() - 1, (byte) 1);
            large.delete(key, 0, key.capacity(), 2);

            assertTrue(large.get(key, 0, key.capacity(), 2, view));
            assertTrue(view.isTombstone());
            key.putByte(key.capacity() - 1, (byte) 0);
            assertTrue(large.get(key, 0, key.capacity(), 2, view));
            assertEquals(42, view.value().getLong(value.capacity() - Long.BYTES));
            assertFalse(large.hasRoomFor(10, 5 << 20));
            assertFalse(large.hasRoomFor(Keys.MAX_INTERNAL_KEY_LENGTH, Keys.MAX_VALUE_LENGTH));
        }
    }

    @Test
    void shouldRefuseAnEntryWithoutRoomAndKeepWhatItHas()
    {
        int count = 0;
        while (memtable.hasRoomFor(8, 1000))
        {
            final UnsafeBuffer entry = new UnsafeBuffer(new byte[1000]);
            entry.putInt(0, count);
            memtable.put(entry, 0, 8, ++count, Expiry.NEVER_MS, entry, 0, 1000);
        }
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[1000]);
        final long allocatedBytes = memtable.allocatedBytes();
        final int fitting = count;

        assertThrows(IllegalStateException.class,
            () -> memtable.put(entry, 0, 7, fitting + 1, Expiry.NEVER_MS, entry, 0, 1000));

        assertEquals(allocatedBytes, memtable.allocatedBytes());
        assertEquals(fitting, memtable.entryCount());
        assertEquals(fitting, memtable.lastSequence());
        assertTrue(allocatedBytes > (1 << 20) - 2 * Memtable.footprintBytes(8, 1000));
    }

    @Test
    void shouldRefuseSequencesThatGoBack()
    {
        put("a", 5, "");

        assertThrows(IllegalArgumentException.class, () -> put("b", 4, ""));
        assertFalse(get("b", 9));
    }

    @Test
    void shouldMeetUseAfterCloseWithAnException()
    {
        put("a", 1, "");
        cursor.reset(memtable, 1);
        assertTrue(cursor.seekFirst());

        memtable.close();
        memtable.close();

        assertThrows(IllegalStateException.class, () -> get("a", 1));
        assertThrows(IllegalStateException.class, () -> put("b", 2, ""));
        assertThrows(IllegalStateException.class, cursor::next);
        assertThrows(IllegalStateException.class, cursor::seekFirst);
    }

    @Test
    void shouldRefuseMovesWithoutPosition()
    {
        cursor.reset(memtable, 1);
        assertThrows(IllegalStateException.class, cursor::next);
        assertThrows(IllegalStateException.class, cursor::previous);
        cursor.close();
        assertThrows(IllegalStateException.class, cursor::seekFirst);
    }

    @Test
    void shouldLayOutTheSameMemoryForTheSameSeedAndWrites()
    {
        try (Memtable one = new Memtable(1 << 20); Memtable other = new Memtable(1 << 20))
        {
            for (int i = 0; i < 1000; i++)
            {
                final UnsafeBuffer key = new UnsafeBuffer(Integer.toString(i * 7919 % 1000).getBytes(US_ASCII));
                one.put(key, 0, key.capacity(), i, Expiry.NEVER_MS, key, 0, key.capacity());
                other.put(key, 0, key.capacity(), i, Expiry.NEVER_MS, key, 0, key.capacity());
            }

            assertEquals(one.allocatedBytes(), other.allocatedBytes());
        }
    }

    @Test
    void shouldAllocateNothingOnTheHeap()
    {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[64]);
        final com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory
            .getThreadMXBean();
        try (Memtable warm = new Memtable(256 << 20); Memtable measured = new Memtable(256 << 20))
        {
            work(warm, entry);
            final long before = threads.getCurrentThreadAllocatedBytes();
            final long nothing = threads.getCurrentThreadAllocatedBytes() - before;

            final long start = threads.getCurrentThreadAllocatedBytes();
            work(measured, entry);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - start - nothing;

            assertEquals(0, allocated);
        }
    }

    private void work(final Memtable target, final UnsafeBuffer entry)
    {
        long keyBits = 1;
        for (int i = 1; i <= 200_000; i++)
        {
            keyBits = keyBits * 6364136223846793005L + 1442695040888963407L;
            entry.putLong(0, keyBits);
            if ((i & 15) == 0)
            {
                target.delete(entry, 0, 12, i);
            }
            else
            {
                target.put(entry, 0, 12, i, Expiry.NEVER_MS, entry, 0, 64);
            }
            target.get(entry, 0, 12, i - (i & 1), view);
            cursor.reset(target, i);
            if (cursor.seek(entry, 0, 12) && cursor.next() && cursor.previous())
            {
                cursor.seekBefore(entry, 0, 12);
            }
        }
        cursor.seekLast();
        cursor.seekFirst();
    }

    private void put(final String key, final long sequence, final String value)
    {
        final UnsafeBuffer keyBytes = new UnsafeBuffer(("xx" + key + "yy").getBytes(US_ASCII));
        final UnsafeBuffer valueBytes = new UnsafeBuffer(("zzz" + value).getBytes(US_ASCII));
        memtable.put(keyBytes, 2, key.length(), sequence, Expiry.NEVER_MS, valueBytes, 3, value.length());
    }

    private void delete(final String key, final long sequence)
    {
        final UnsafeBuffer keyBytes = new UnsafeBuffer(key.getBytes(US_ASCII));
        memtable.delete(keyBytes, 0, key.length(), sequence);
    }

    private boolean get(final String key, final long snapshotSequence)
    {
        final UnsafeBuffer keyBytes = new UnsafeBuffer(key.getBytes(US_ASCII));
        return memtable.get(keyBytes, 0, key.length(), snapshotSequence, view);
    }

    private static String text(final DirectBuffer buffer, final int offset, final int lengthBytes)
    {
        final byte[] bytes = new byte[lengthBytes];
        buffer.getBytes(offset, bytes);
        return new String(bytes, US_ASCII);
    }
}
