package org.velocitydb.perf.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

import org.junit.jupiter.api.Test;

class PeerRecordsTest
{
    private final byte[] key = new byte[PeerRecords.KEY_LENGTH];
    private final byte[] value = new byte[PeerRecords.VALUE_LENGTH];

    /** The same figures stand in the test of the program for Sled. */
    @Test
    void shouldMakeTheRecordsThatTheProgramForSledMakes()
    {
        final PeerRecords random = PeerRecords.random(1);

        random.key(12, key);
        random.value(12, value);

        assertEquals("943ff9fc99de8f03", new String(key, StandardCharsets.US_ASCII));
        assertEquals("ab045a5cef4d68f711e920c02b55f63d", HexFormat.of().formatHex(value, 0, 16));
        PeerRecords.sequential(1).key(12, key);
        assertEquals("0000000000000012", new String(key, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldRepeatTheFirstHalfOfAValue()
    {
        PeerRecords.random(7).value(3, value);

        assertArrayEquals(Arrays.copyOfRange(value, 0, 48), Arrays.copyOfRange(value, 48, 96));
        assertArrayEquals(Arrays.copyOfRange(value, 0, 4), Arrays.copyOfRange(value, 96, 100));
    }

    @Test
    void shouldGiveEachNumberItsOwnKeyAndKnowItsValue()
    {
        final int count = 10_000;
        for (final PeerRecords records : new PeerRecords[]{ PeerRecords.random(1), PeerRecords.sequential(1) })
        {
            final Set<String> keys = new HashSet<>();
            for (int number = 0; number < count; number++)
            {
                records.key(number, key);
                keys.add(new String(key, StandardCharsets.US_ASCII));
                records.value(number, value);
                assertTrue(records.isValueOf(number, value, value.length));
                assertFalse(records.isValueOf(number + 1, value, value.length));
            }
            assertEquals(count, keys.size());
        }
    }
}
