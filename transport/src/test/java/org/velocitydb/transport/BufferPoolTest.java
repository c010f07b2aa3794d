package org.velocitydb.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class BufferPoolTest
{
    private static final int MIB = 1024 * 1024;

    @Test
    void shouldLendPowersOfTwoUpToOneMebibyteAndMebibytesAbove()
    {
        assertEquals(4096, BufferPool.capacityFor(0));
        assertEquals(4096, BufferPool.capacityFor(4096));
        assertEquals(8192, BufferPool.capacityFor(4097));
        assertEquals(MIB, BufferPool.capacityFor(MIB / 2 + 1));
        assertEquals(2 * MIB, BufferPool.capacityFor(MIB + 1));
        assertEquals(65 * MIB, BufferPool.capacityFor(65 * MIB));
    }

    @Test
    void shouldLendSameBufferAgain()
    {
        final BufferPool pool = new BufferPool(new BufferBudget(MIB), MIB, 0);
        final ByteBuffer first = pool.claim(5_000);
        assertEquals(ByteOrder.LITTLE_ENDIAN, first.order());
        first.position(100);
        pool.release(first);

        final ByteBuffer second = pool.claim(8_000);
        assertSame(first, second);
        assertEquals(0, second.position());
        pool.release(second);
        pool.close();
    }

    @Test
    void shouldFreeKeptBuffersOfOtherLengthsBeforeItSaysNo()
    {
        final BufferBudget budget = new BufferBudget(64 * 1024);
        final BufferPool pool = new BufferPool(budget, MIB, 0);
        final ByteBuffer small = pool.claim(16 * 1024);
        pool.release(small);
        assertEquals(16 * 1024, budget.reservedBytes());

        assertTrue(pool.hasRoomFor(64 * 1024));
        final ByteBuffer large = pool.claim(64 * 1024);
        assertNotNull(large);
        assertFalse(pool.hasRoomFor(1));
        assertNull(pool.claim(1));
        pool.release(large);
        pool.close();
        assertEquals(0, budget.reservedBytes());
    }

    @Test
    void shouldLeaveReserveToOutput()
    {
        final BufferPool pool = new BufferPool(new BufferBudget(64 * 1024), MIB, 32 * 1024);
        final ByteBuffer input = pool.claimForInput(32 * 1024);
        assertNotNull(input);
        assertNull(pool.claimForInput(1));

        final ByteBuffer output = pool.claim(32 * 1024);
        assertNotNull(output);
        pool.release(output);
        pool.release(input);
        pool.close();
    }

    @Test
    void shouldShareOneBudgetAmongPools()
    {
        final BufferBudget budget = new BufferBudget(64 * 1024);
        final BufferPool one = new BufferPool(budget, 0, 0);
        final BufferPool other = new BufferPool(budget, 0, 0);
        final ByteBuffer buffer = one.claim(64 * 1024);
        assertNull(other.claim(4 * 1024));
        one.release(buffer);

        final ByteBuffer later = other.claim(4 * 1024);
        assertNotNull(later);
        other.release(later);
        assertEquals(0, budget.reservedBytes());
    }

    @Test
    void shouldAccountForEveryByteInAnyOrderOfCalls()
    {
        final long seed = 42;
        final Random random = new Random(seed);
        final BufferBudget budget = new BufferBudget(4 * MIB);
        final BufferPool pool = new BufferPool(budget, MIB, 0);
        final List<ByteBuffer> lent = new ArrayList<>();
        long lentBytes = 0;
        for (int i = 0; i < 10_000; i++)
        {
            if (random.nextBoolean() || lent.isEmpty())
            {
                final ByteBuffer buffer = pool.claim(1 << random.nextInt(22));
                if (buffer != null)
                {
                    lent.add(buffer);
                    lentBytes += buffer.capacity();
                }
            }
            else
            {
                final ByteBuffer buffer = lent.remove(random.nextInt(lent.size()));
                lentBytes -= buffer.capacity();
                pool.release(buffer);
            }
            assertEquals(lentBytes, pool.usedBytes(), "seed=" + seed);
            assertTrue(budget.reservedBytes() <= 4 * MIB, "seed=" + seed);
            assertTrue(budget.reservedBytes() >= lentBytes, "seed=" + seed);
        }
        lent.forEach(pool::release);
        pool.close();
        assertEquals(0, budget.reservedBytes());
    }
}
