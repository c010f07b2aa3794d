package org.velocitydb.perf.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;

/**
 * Every adapter answers like a sorted map. A store whose native library does not load on this machine is left out, but
 * for our own, which has none.
 */
class EmbeddedStoreTest
{
    private static final int RECORD_COUNT = 2000;
    private static final int SCAN_COUNT = 100;
    private static final long SEED = 1;

    private final PeerRecords records = PeerRecords.random(SEED);
    private final NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = PeerSystem.class, names = { "SLED", "DISK" }, mode = EnumSource.Mode.EXCLUDE)
    void shouldAnswerAsASortedMapDoes(final PeerSystem system) throws Exception
    {
        try (EmbeddedStore store = open(system, WriteMode.UNSYNCED); StoreSession session = store.newSession())
        {
            putOneByOne(session, 0, RECORD_COUNT / 2);
            putInBatches(session, RECORD_COUNT / 2, RECORD_COUNT);

            assertFindsAll(session);
            assertMisses(session);
            assertScans(session);
        }
        try (EmbeddedStore store = open(system, WriteMode.UNSYNCED); StoreSession session = store.newSession())
        {
            assertFindsAll(session);
        }
    }

    @ParameterizedTest
    @EnumSource(value = PeerSystem.class, names = { "SLED", "DISK" }, mode = EnumSource.Mode.EXCLUDE)
    void shouldFindWhatWasPutDurably(final PeerSystem system) throws Exception
    {
        try (EmbeddedStore store = open(system, WriteMode.DURABLE); StoreSession session = store.newSession())
        {
            for (int number = 0; number < SCAN_COUNT; number++)
            {
                final Map.Entry<byte[], byte[]> entry = add(number);
                session.durablePut(entry.getKey(), entry.getValue());
            }
            if (store.hasAsyncPuts())
            {
                final AtomicLong nextNumber = new AtomicLong(SCAN_COUNT);
                new AsyncLoop(session, records, SCAN_COUNT, nextNumber).run(1);
                add(SCAN_COUNT);
                assertEquals(SCAN_COUNT + 1, nextNumber.get());
            }

            assertFindsAll(session);
        }
    }

    private EmbeddedStore open(final PeerSystem system, final WriteMode mode) throws Exception
    {
        try
        {
            return system.open(
                directory, mode, mode == WriteMode.DURABLE ? Writers.MANY : Writers.ONE);
        }
        catch (final LinkageError ex)
        {
            Assumptions.assumeTrue(system == PeerSystem.VELOCITY, "does not load: " + ex);
            throw ex;
        }
    }

    private Map.Entry<byte[], byte[]> add(final int number)
    {
        final byte[] key = new byte[PeerRecords.KEY_LENGTH];
        final byte[] value = new byte[PeerRecords.VALUE_LENGTH];
        records.key(number, key);
        records.value(number, value);
        model.put(key, value);
        return Map.entry(key, value);
    }

    private void putOneByOne(final StoreSession session, final int from, final int to) throws Exception
    {
        for (int number = from; number < to; number++)
        {
            final Map.Entry<byte[], byte[]> entry = add(number);
            session.put(entry.getKey(), entry.getValue());
        }
    }

    private void putInBatches(final StoreSession session, final int from, final int to) throws Exception
    {
        for (int first = from; first < to; first += SCAN_COUNT)
        {
            final byte[][] keys = new byte[SCAN_COUNT][];
            final byte[][] values = new byte[SCAN_COUNT][];
            for (int i = 0; i < SCAN_COUNT; i++)
            {
                final Map.Entry<byte[], byte[]> entry = add(first + i);
                keys[i] = entry.getKey();
                values[i] = entry.getValue();
            }
            session.putBatch(keys, values);
        }
    }

    private void assertFindsAll(final StoreSession session) throws Exception
    {
        final byte[] value = new byte[PeerRecords.VALUE_LENGTH];
        for (final Map.Entry<byte[], byte[]> entry : model.entrySet())
        {
            assertEquals(PeerRecords.VALUE_LENGTH, session.get(entry.getKey(), value));
            assertArrayEquals(entry.getValue(), value);
        }
    }

    private void assertMisses(final StoreSession session) throws Exception
    {
        final byte[] key = new byte[PeerRecords.KEY_LENGTH];
        final byte[] value = new byte[PeerRecords.VALUE_LENGTH];
        for (int number = RECORD_COUNT; number < 2 * RECORD_COUNT; number++)
        {
            records.key(number, key);
            assertEquals(StoreSession.ABSENT, session.get(key, value));
        }
    }

    private void assertScans(final StoreSession session) throws Exception
    {
        final byte[] keys = new byte[SCAN_COUNT * PeerRecords.KEY_LENGTH];
        final byte[] values = new byte[SCAN_COUNT * PeerRecords.VALUE_LENGTH];
        for (final byte[] from : model.keySet())
        {
            final NavigableMap<byte[], byte[]> rest = model.tailMap(from, true);
            final int count = session.scan(from, SCAN_COUNT, keys, values);

            assertEquals(Math.min(SCAN_COUNT, rest.size()), count);
            assertEntries(rest, count, keys, values);
        }
    }

    private static void assertEntries(
        final NavigableMap<byte[], byte[]> expected, final int count, final byte[] keys, final byte[] values)
    {
        int index = 0;
        for (final Map.Entry<byte[], byte[]> entry : expected.entrySet())
        {
            if (index == count)
            {
                return;
            }
            final int keyOffset = index * PeerRecords.KEY_LENGTH;
            final int valueOffset = index * PeerRecords.VALUE_LENGTH;
            assertArrayEquals(
                entry.getKey(), Arrays.copyOfRange(keys, keyOffset, keyOffset + PeerRecords.KEY_LENGTH));
            assertArrayEquals(
                entry.getValue(), Arrays.copyOfRange(values, valueOffset, valueOffset + PeerRecords.VALUE_LENGTH));
            index++;
        }
        assertTrue(index == count, "fewer records than the scan gave");
    }
}
