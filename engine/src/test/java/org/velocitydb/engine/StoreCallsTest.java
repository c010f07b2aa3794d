package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.agrona.CloseHelper;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.concurrent.Epochs;
import org.velocitydb.engine.entry.EntryCursor;

/**
 * The calls of the convenient kind, with arrays, with {@link ByteBuffer}s and with buffers of Agrona.
 */
final class StoreCallsTest
{
    private static final byte[] KEY = SteppedStore.bytes("key");
    private static final byte[] VALUE = SteppedStore.bytes("value");

    @TempDir
    private Path directory;

    private Store store;
    private int keyspace;

    @BeforeEach
    void open()
    {
        store = Store.open(directory);
        keyspace = store.createKeyspace("other");
    }

    @AfterEach
    void close()
    {
        store.close();
    }

    private CommandStatus write(final WriteBatch batch)
    {
        return store.write(batch, Durability.NONE).status();
    }

    @Test
    void shouldKeepKeyspacesApart()
    {
        store.put(KEY, VALUE);
        store.put(keyspace, KEY, SteppedStore.bytes("another"), Durability.NONE);

        assertArrayEquals(VALUE, store.get(KEY));
        assertArrayEquals(SteppedStore.bytes("another"), store.get(keyspace, KEY));

        store.delete(keyspace, KEY);

        assertArrayEquals(VALUE, store.get(Store.DEFAULT_KEYSPACE, KEY));
        assertNull(store.get(keyspace, KEY));
    }

    @Test
    void shouldTakeByteBuffersFromPositionToLimitAndMoveNothing()
    {
        for (final boolean isDirect : new boolean[]{ true, false })
        {
            final ByteBuffer bytes = isDirect ? ByteBuffer.allocateDirect(16) : ByteBuffer.allocate(16);
            bytes.put(0, SteppedStore.bytes("-key=value-"));
            final ByteBuffer key = bytes.duplicate().position(1).limit(4).asReadOnlyBuffer();
            final ByteBuffer value = bytes.duplicate().position(5).limit(10);
            final ByteBuffer target = ByteBuffer.allocate(12).position(2);

            assertEquals(Store.NULL_LENGTH, store.get(keyspace, key, target));
            store.put(keyspace, key, value);
            assertEquals(VALUE.length, store.get(keyspace, key, target));

            final byte[] found = new byte[VALUE.length];
            target.get(2, found);
            assertArrayEquals(VALUE, found);
            assertArrayEquals(VALUE, store.get(keyspace, KEY));
            store.delete(keyspace, key);
            assertNull(store.get(keyspace, KEY));
            assertEquals(1, key.position());
            assertEquals(5, value.position());
            assertEquals(2, target.position());
        }
    }

    @Test
    void shouldTakePartsOfBuffers()
    {
        final UnsafeBuffer bytes = new UnsafeBuffer(SteppedStore.bytes("-key=value-"));

        store.put(keyspace, bytes, 1, 3, bytes, 5, 5);

        final UnsafeBuffer target = new UnsafeBuffer(new byte[8]);
        assertEquals(VALUE.length, store.get(keyspace, bytes, 1, 3, target, 3));
        assertEquals("value", target.getStringWithoutLengthUtf8(3, 5));
        final ExpandableArrayBuffer expandable = new ExpandableArrayBuffer(1);
        assertEquals(VALUE.length, store.get(keyspace, bytes, 1, 3, expandable, 9));
        assertEquals("value", expandable.getStringWithoutLengthUtf8(9, 5));
        store.delete(keyspace, bytes, 1, 3);
        assertEquals(Store.NULL_LENGTH, store.get(keyspace, bytes, 1, 3, target, 3));
    }

    @Test
    void shouldSayHowMuchRoomAValueTakesThatDoesNotFit()
    {
        store.put(KEY, VALUE);

        final UnsafeBuffer target = new UnsafeBuffer(new byte[8]);
        final UnsafeBuffer key = new UnsafeBuffer(KEY);
        assertEquals(5, assertThrows(TargetTooSmallException.class,
            () -> store.get(0, key, 0, KEY.length, target, 4)).neededLength());
        final TargetTooSmallException ex = assertThrows(TargetTooSmallException.class,
            () -> store.get(0, ByteBuffer.wrap(KEY), ByteBuffer.wrap(new byte[8], 2, 4)));
        assertEquals("target too small for the value: length=5, room=4", ex.getMessage());
        assertArrayEquals(new byte[8], target.byteArray());
    }

    @Test
    void shouldNotWriteToAReadOnlyTarget()
    {
        store.put(KEY, VALUE);

        assertThrows(ReadOnlyBufferException.class,
            () -> store.get(0, ByteBuffer.wrap(KEY), ByteBuffer.allocate(8).asReadOnlyBuffer()));
    }

    @Test
    void shouldCount()
    {
        assertEquals(5, store.increment(keyspace, KEY, 5));
        assertEquals(3, store.increment(keyspace, KEY, -2));

        store.put(keyspace, KEY, VALUE);

        assertEquals(CommandStatus.NOT_A_NUMBER,
            assertThrows(StoreException.class, () -> store.increment(keyspace, KEY, 1)).status());
    }

    @Test
    void shouldDoABatchOnlyWhereItsConditionsHold()
    {
        assertEquals(CommandStatus.CONDITION_FAILED, write(new WriteBatch().putIfPresent(keyspace, KEY, VALUE)));
        assertEquals(CommandStatus.CONDITION_FAILED, write(new WriteBatch().checkPresent(keyspace, KEY)));
        assertEquals(CommandStatus.APPLIED, write(new WriteBatch().checkAbsent(keyspace, KEY)));

        final Completion put = store.write(new WriteBatch().putIfAbsent(keyspace, KEY, VALUE), Durability.NONE);
        final long version = put.sequence();

        assertEquals(CommandStatus.CONDITION_FAILED, write(new WriteBatch().putIfAbsent(keyspace, KEY, VALUE)));
        assertEquals(CommandStatus.CONDITION_FAILED, write(new WriteBatch().checkAbsent(keyspace, KEY)));
        assertEquals(CommandStatus.APPLIED, write(new WriteBatch().checkPresent(keyspace, KEY)));
        assertEquals(CommandStatus.APPLIED, write(new WriteBatch().checkVersion(keyspace, KEY, version)));
        assertEquals(CommandStatus.CONDITION_FAILED, write(new WriteBatch().checkVersion(keyspace, KEY, version + 1)));
        assertEquals(CommandStatus.APPLIED, write(new WriteBatch().putIfVersion(keyspace, KEY, version, KEY)));
        assertEquals(CommandStatus.CONDITION_FAILED, write(new WriteBatch().putIfVersion(keyspace, KEY, version, KEY)));
        assertEquals(CommandStatus.CONDITION_FAILED, write(new WriteBatch().deleteIfVersion(keyspace, KEY, version)));
        assertEquals(CommandStatus.APPLIED, write(new WriteBatch().putIfPresent(keyspace, KEY, VALUE)));
        final long newest = store.put(keyspace, KEY, VALUE);
        assertEquals(CommandStatus.APPLIED, write(new WriteBatch().deleteIfVersion(keyspace, KEY, newest)));
        assertNull(store.get(keyspace, KEY));
    }

    @Test
    void shouldWalkAPrefixOfASnapshotWhileOthersWriteAndRead()
    {
        for (final String key : new String[]{ "a", "b", "b:1", "b:2", "b:3", "b;", "c" })
        {
            store.put(keyspace, SteppedStore.bytes(key), VALUE);
        }
        try (StoreSnapshot snapshot = store.snapshot();
            EntryCursor cursor = snapshot.cursor(keyspace, SteppedStore.bytes("b:")))
        {
            store.delete(keyspace, SteppedStore.bytes("b:2"));
            store.put(keyspace, SteppedStore.bytes("b:4"), VALUE);
            assertNull(store.get(keyspace, SteppedStore.bytes("b:2")));

            assertEquals("b:1 b:2 b:3 ", forwards(cursor));
            assertEquals("b:3 b:2 b:1 ", backwards(cursor));
            assertArrayEquals(VALUE, snapshot.get(keyspace, SteppedStore.bytes("b:2")));
            assertNull(snapshot.get(keyspace, SteppedStore.bytes("b:4")));
        }
        try (StoreSnapshot snapshot = store.snapshot(); EntryCursor cursor = snapshot.cursor(keyspace))
        {
            assertEquals("a b b:1 b:3 b:4 b; c ", forwards(cursor));
        }
    }

    private static String forwards(final EntryCursor cursor)
    {
        final StringBuilder keys = new StringBuilder();
        for (boolean isOnEntry = cursor.seekFirst(); isOnEntry; isOnEntry = cursor.next())
        {
            append(cursor, keys);
        }
        return keys.toString();
    }

    private static String backwards(final EntryCursor cursor)
    {
        final StringBuilder keys = new StringBuilder();
        for (boolean isOnEntry = cursor.seekLast(); isOnEntry; isOnEntry = cursor.previous())
        {
            append(cursor, keys);
        }
        return keys.toString();
    }

    private static void append(final EntryCursor cursor, final StringBuilder keys)
    {
        keys.append(cursor.keyBuffer().getStringWithoutLengthUtf8(cursor.keyOffset(), cursor.keyLength())).append(' ');
    }

    /** With the call counted and never ended, closing would wait for it for ever. */
    @Test
    void shouldGiveBackAllThatACallHasTakenForWhichThereIsNoReader()
    {
        final List<StoreReader> readers = takeEveryPlace();
        try
        {
            assertThrows(IllegalStateException.class, () -> store.get(KEY));
            assertThrows(IllegalStateException.class, () -> store.newReader(CacheSize.ofEntries(1000)));

            readers.remove(0).close();
            assertEquals(store.cacheBytes(), store.memory().rowCacheReservedBytes());
        }
        finally
        {
            CloseHelper.closeAll(readers);
        }
        store.close();
    }

    /** The place of the first would be taken from the second, and what it reads freed under it. */
    @Test
    void shouldLeaveTheNextReaderItsPlaceWhenOneIsClosedTwice()
    {
        final StoreReader closedTwice = store.newReader();
        closedTwice.close();
        final List<StoreReader> readers = takeEveryPlace();
        try
        {
            closedTwice.close();

            assertThrows(IllegalStateException.class, store::newReader, "no place was free");
        }
        finally
        {
            CloseHelper.closeAll(readers);
        }
    }

    private List<StoreReader> takeEveryPlace()
    {
        final List<StoreReader> readers = new ArrayList<>();
        for (int i = 0; i < Epochs.READER_COUNT_MAX; i++)
        {
            try
            {
                readers.add(store.newReader(CacheSize.ofEntries(0)));
            }
            catch (final IllegalStateException ex)
            {
                // The writer has one of its own.
                return readers;
            }
        }
        return readers;
    }
}
