package org.velocitydb.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NappingIdleStrategyTest
{
    /** More than it gives the processor away before it naps. */
    private static final int MANY = 30;

    private final NappingIdleStrategy idling = new NappingIdleStrategy(() -> 0);
    private int callCount;

    @Test
    void shouldTellOfTheFirstWorkAfterANapAlone()
    {
        idling.onWork(() -> callCount++);
        idling.idle(1);
        idling.idle(0);
        idling.idle(1);
        assertEquals(0, callCount, "without a nap");

        for (int i = 0; i < MANY; i++)
        {
            idling.idle(0);
        }
        idling.idle(1);
        assertEquals(1, callCount);
        idling.idle(1);
        assertEquals(1, callCount, "told twice");
    }
}
