package org.velocitydb.engine.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ManifestTailTest
{
    @Test
    void shouldDecideEveryRowOfTheTable()
    {
        for (final boolean isZero : new boolean[]{ false, true })
        {
            for (final boolean hasLater : new boolean[]{ false, true })
            {
                assertEquals(ManifestTail.DAMAGED, ManifestTail.of(false, isZero, hasLater));
            }
        }
        assertEquals(ManifestTail.CLEAN, ManifestTail.of(true, true, false));
        assertEquals(ManifestTail.TORN, ManifestTail.of(true, false, false));
        assertEquals(ManifestTail.DAMAGED, ManifestTail.of(true, false, true));
    }
}
