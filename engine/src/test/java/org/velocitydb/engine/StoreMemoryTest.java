package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.memtable.Arena;
import org.velocitydb.engine.memtable.Memtable;
import org.velocitydb.journal.storage.SimulatedStorage;

final class StoreMemoryTest
{
    private static final long MIB = 1024 * 1024;
    private static final long BUDGET = 64 * MIB;

    private static MemoryPlan split(final long budget, final long memtable, final long overflow, final long blocks)
    {
        return MemoryPlan.split(budget, memtable, 5, 1024, overflow, blocks);
    }

    @Test
    void shouldGiveEachPartItsDefaultWhereThereIsPlenty()
    {
        final MemoryPlan plan = split(64 * 1024 * MIB, MemoryPlan.UNSET, MemoryPlan.UNSET, MemoryPlan.UNSET);

        assertEquals(StoreConfiguration.MEMTABLE_BYTES_DEFAULT, plan.memtableBytesMax());
        assertEquals(StoreConfiguration.RING_OVERFLOW_BYTES_DEFAULT, plan.ringOverflowBytes());
        assertEquals(StoreConfiguration.BLOCK_CACHE_BYTES_DEFAULT, plan.blockCacheBytes());
    }

    @Test
    void shouldMakeTheDefaultsFitASmallBudget()
    {
        for (long budget = 32 * MIB; budget < 2048 * MIB; budget += 7 * MIB)
        {
            final MemoryPlan plan = split(budget, MemoryPlan.UNSET, MemoryPlan.UNSET, MemoryPlan.UNSET);

            assertTrue(plan.rowCacheBytes() > 0, plan.toString());
            assertEquals(budget, plan.memtablesBytes() + plan.ringBytes() + plan.blockCacheBytes() +
                plan.buildersBytes() + plan.rowCacheBytes());
        }
    }

    @Test
    void shouldRefuseSettingsThatDoNotFitAndNameEachPart()
    {
        final String message = assertThrows(MemoryBudgetException.class,
            () -> split(BUDGET, 16 * MIB, 2 * MIB, MIB)).getMessage();

        assertEquals("memory budget too small: budget=67108864, needed=105644032, memtables=85196800 (5 of 16777216" +
            " and a filter)" +
            ", command ring=2621440, block cache=1048576, builders=16777216", message);
        final StoreContext context = new StoreContext().storage(new SimulatedStorage(1)).errorHandler(ex ->
        {
        });
        assertThrows(MemoryBudgetException.class, () -> context.memoryBudgetBytes(MIB).conclude());
    }

    @Test
    void shouldAccountForWhatThePartsHaveReserved()
    {
        final long arenaBytesBefore = Arena.reservedBytes();
        try (SteppedStore stepped = new SteppedStore(context -> context
            .memoryBudgetBytes(BUDGET)
            .ringSlotCount(64)
            .frozenMemtableCountMax(2)
            .memtableBytesMax(StoreConfiguration.MEMTABLE_BYTES_MIN)
            .cacheSize(CacheSize.ofBytes(MIB))))
        {
            final Store store = stepped.store();
            fill(stepped, 200);
            // Before the calls below, whose reader has a cache of no entries and yet an arena of a few bytes.
            final long arenaBytes = Arena.reservedBytes() - arenaBytesBefore;
            final StoreMemory memory = store.memory();
            final StoreStatistics statistics = store.statistics();

            assertEquals(BUDGET, memory.budgetBytes());
            assertEquals(statistics.memtableBytes() + statistics.frozenBytes(), memory.memtableBytes());
            assertTrue(memory.memtableReservedBytes() >= memory.memtableBytes(), memory.toString());
            assertTrue(memory.memtableReservedBytes() <= memory.memtableBudgetBytes(), memory.toString());
            assertEquals(store.cacheBytes(), memory.rowCacheReservedBytes());
            assertEquals(arenaBytes, memory.memtableReservedBytes() + memory.rowCacheReservedBytes());
            // One block for larger commands is kept.
            assertEquals(64 * CommandRing.SLOT_LENGTH + 16 * 1024, memory.commandRingBytes());
            assertEquals(0, store.commands().overflowBytes());
            assertEquals(statistics.blockCache().allocatedBytes(), memory.blockCacheBytes());
            assertEquals(statistics.tableBytes(), memory.tableMappedBytes());
            assertTrue(memory.tableMappedBytes() > 0, memory.toString());

            stepped.settle();
            assertEquals(
                Memtable.reservedBytes(StoreConfiguration.MEMTABLE_BYTES_MIN) *
                    (1 + store.statistics().frozenMemtables()),
                store.memory().memtableReservedBytes());
        }
    }

    private static void fill(final SteppedStore stepped, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            stepped.write(new WriteBatch().put(0, SteppedStore.bytes("key" + i), new byte[1000]));
            stepped.stepMaintenance();
        }
    }

    @Test
    void shouldGiveReadersLessWhenThePartOfRowsIsTaken()
    {
        try (SteppedStore stepped = new SteppedStore(context -> context.memoryBudgetBytes(BUDGET)
            .cacheSize(CacheSize.ofEntries(0))))
        {
            final Store store = stepped.store();
            final long part = store.memory().rowCacheBudgetBytes();
            final StoreReader first = store.newReader(CacheSize.ofBytes(part - 2 * MIB));
            final long firstBytes = store.memory().rowCacheReservedBytes();
            final StoreReader second = store.newReader(CacheSize.ofBytes(4 * MIB));
            final StoreReader third = store.newReader(CacheSize.ofBytes(4 * MIB));

            assertEquals(firstBytes, first.cacheBytes());
            assertTrue(second.cacheBytes() > MIB && second.cacheBytes() < 4 * MIB, "bytes=" + second.cacheBytes());
            assertEquals(0, third.cacheBytes());
            assertTrue(store.memory().rowCacheReservedBytes() <= part);

            first.close();
            first.close();
            try (StoreReader next = store.newReader(CacheSize.ofBytes(4 * MIB)))
            {
                assertTrue(next.cacheBytes() > 3 * MIB, "bytes=" + next.cacheBytes());
            }
            second.close();
            third.close();
            assertEquals(0, store.memory().rowCacheReservedBytes());
        }
    }

    @Test
    void shouldTakeNoMoreThanAHundredthOfTheDataForTheIndexesOfTables()
    {
        final SplittableRandom random = new SplittableRandom(5);
        try (SteppedStore stepped = new SteppedStore(context -> context.segmentLength(1024 * 1024)
            .memtableBytesMax(MIB)))
        {
            final UnsafeBuffer key = new UnsafeBuffer(new byte[16]);
            final byte[] value = new byte[100];
            for (int i = 0; i < 400; i++)
            {
                final WriteBatch batch = new WriteBatch();
                for (int j = 0; j < 100; j++)
                {
                    key.putLong(0, random.nextLong());
                    key.putLong(8, random.nextLong());
                    random.nextBytes(value);
                    batch.put(0, key.byteArray(), value);
                }
                stepped.write(batch);
                stepped.stepMaintenance();
            }
            stepped.settle();

            final StoreMemory memory = stepped.store().memory();
            final long dataBytes = memory.tableMappedBytes() - memory.indexMappedBytes() - memory.filterMappedBytes();
            assertTrue(stepped.store().statistics().tableEntries() > 20_000, stepped.store().statistics().toString());
            assertTrue(memory.indexMappedBytes() * 100 <= dataBytes, memory.toString());
        }
    }
}
