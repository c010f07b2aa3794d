package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class CountedTest
{
    @Test
    void shouldSayOneOfOneAndManyOfNoneAndSeveral()
    {
        assertEquals("0 files", Counted.of(0, "file"));
        assertEquals("1 file", Counted.of(1, "file"));
        assertEquals("2 files", Counted.of(2, "file"));
        assertEquals("0 entries", Counted.of(0, "entry", "entries"));
        assertEquals("1 entry", Counted.of(1, "entry", "entries"));
    }
}
