package org.velocitydb.engine.memtable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArenaTest
{
    @Test
    void shouldHandOutAlignedMemoryFrontToBack()
    {
        try (Arena arena = new Arena(64))
        {
            assertEquals(0, arena.allocate(1));
            assertEquals(8, arena.allocate(8));
            assertEquals(16, arena.allocate(0));
            assertEquals(16, arena.allocate(48));

            assertEquals(64, arena.allocatedBytes());
            assertEquals(0, arena.remainingBytes());
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndStayUsable()
    {
        try (Arena arena = new Arena(64))
        {
            arena.allocate(40);

            assertThrows(IllegalStateException.class, () -> arena.allocate(25));
            assertThrows(IllegalStateException.class, () -> arena.allocate(-1));
            assertThrows(IllegalStateException.class, () -> arena.allocate(Integer.MAX_VALUE));

            assertEquals(40, arena.allocate(24));
        }
    }

    @Test
    void shouldRefuseCapacitiesOutOfRange()
    {
        assertThrows(IllegalArgumentException.class, () -> new Arena(0));
        assertThrows(IllegalArgumentException.class, () -> new Arena(Arena.MAX_CAPACITY + 1));
    }

    @Test
    void shouldReserveTheLargestRegionWithoutTouchingIt()
    {
        try (Arena arena = new Arena(Arena.MAX_CAPACITY))
        {
            assertEquals(0, arena.allocate((int) Arena.MAX_CAPACITY));
            assertEquals(0, arena.remainingBytes());
            assertEquals(0, arena.capacityBytes() % Arena.ALIGNMENT);
        }
    }

    @Test
    void shouldCountWhatIsOpenAndCloseOnce()
    {
        final long openCount = Arena.openCount();
        final long reservedBytes = Arena.reservedBytes();
        final Arena arena = new Arena(1 << 20);

        assertEquals(openCount + 1, Arena.openCount());
        assertEquals(reservedBytes + (1 << 20), Arena.reservedBytes());
        assertFalse(arena.isClosed());

        arena.close();
        arena.close();

        assertTrue(arena.isClosed());
        assertEquals(openCount, Arena.openCount());
        assertEquals(reservedBytes, Arena.reservedBytes());
    }

    @Test
    void shouldMeetUseAfterCloseWithAnException()
    {
        final Arena arena = new Arena(64);
        arena.close();

        assertThrows(IllegalStateException.class, () -> arena.allocate(8));
        assertThrows(IndexOutOfBoundsException.class, () -> arena.buffer().getLong(0));
    }
}
