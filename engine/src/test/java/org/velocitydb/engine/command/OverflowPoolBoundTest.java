package org.velocitydb.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;

class OverflowPoolBoundTest
{
    private static final int CAPACITY = 64 * 1024;

    @Test
    void shouldGiveUpKeptBlocksOfOtherLengthsWhenABlockWouldExceedTheBound()
    {
        final OverflowPool pool = new OverflowPool(CAPACITY);
        final OverflowPool.Block first = pool.tryAcquire(16 * 1024);
        final OverflowPool.Block second = pool.tryAcquire(16 * 1024);
        assertNotNull(first);
        assertNotNull(second);
        pool.release(first);
        pool.release(second);
        assertEquals(0, pool.acquiredBytes());
        assertEquals(32 * 1024, pool.allocatedBytes());

        final OverflowPool.Block large = pool.tryAcquire(CAPACITY);

        assertEquals(CAPACITY, pool.allocatedBytes());
        pool.release(large);
        pool.close();
        assertEquals(0, pool.allocatedBytes());
    }
}
