package org.velocitydb.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/**
 * Pins the numbers that cross the wire.
 */
class FrozenCodesTest
{
    @Test
    void shouldNeverRenumberErrorCodes()
    {
        assertEquals(
            "SUCCESS 0, INVALID_CREDENTIALS 1, RATE_LIMITED 2, INVALID_COMMAND 3, KEY_NOT_FOUND 4, STORAGE_ERROR 5, " +
                "PROTOCOL_ERROR 6, SERVER_OVERLOADED 7, NOT_AUTHENTICATED 8, SQL_ERROR 9, KEY_OUT_OF_RANGE 10, " +
                "VALUE_TOO_LARGE 11, DEADLINE_EXCEEDED 12, UNSUPPORTED 13, DISK_FULL 14, CORRUPTION 15, " +
                "SHUTTING_DOWN 16, FRAME_TOO_LARGE 17, RESULT_TOO_LARGE 18, SNAPSHOT_EXPIRED 19, " +
                "BATCH_TOO_LARGE 20, CONNECTION_LIMIT 21, IDLE_TIMEOUT 22, INTERNAL_ERROR 23, " +
                "FORBIDDEN 24, PLAINTEXT_REFUSED 25, CONNECTION_KILLED 26, CONDITION_FAILED 27",
            Stream.of(ErrorCode.values()).map(code -> code + " " + code.code()).collect(Collectors.joining(", ")));
    }

    @Test
    void shouldNeverRenumberOutcomesAndDurabilities()
    {
        assertEquals(1, Outcome.NOT_DONE.code());
        assertEquals(2, Outcome.UNKNOWN.code());
        assertEquals(
            "SERVER_DEFAULT 0, NONE 1, INTERVAL 2, GROUP 3",
            Stream.of(Durability.values()).map(mode -> mode + " " + mode.code()).collect(Collectors.joining(", ")));
    }

    @Test
    void shouldReadNumbersOfNewerServersAsTheLeastPromise()
    {
        assertEquals(ErrorCode.INTERNAL_ERROR, ErrorCode.of(28));
        assertEquals(ErrorCode.INTERNAL_ERROR, ErrorCode.of(-1));
        assertEquals(Outcome.UNKNOWN, Outcome.of(3));
    }

    @Test
    void shouldJudgeUtf8AsTheJdkDoes()
    {
        final byte[] bytes = new byte[4];
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int first = 0x70; first <= 0xFF; first++)
        {
            for (int second = 0; second <= 0xFF; second += second == 0 ? 0x41 : 1)
            {
                bytes[0] = (byte) first;
                bytes[1] = (byte) second;
                bytes[2] = (byte) 0x80;
                bytes[3] = (byte) 0xBF;
                for (int length = 1; length <= bytes.length; length++)
                {
                    final String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
                    assertEquals(
                        text.indexOf('\uFFFD') < 0, Utf8.isValid(buffer, 0, length),
                        Integer.toHexString(first) + " " + Integer.toHexString(second) + ", length=" + length);
                }
            }
        }
    }

    @Test
    void shouldTellVersionsApart()
    {
        final ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(0, FrameVersion.MAGIC);
        for (int version = 0; version <= 0xFF; version++)
        {
            buffer.put(4, (byte) version);
            assertEquals(
                version == 1 || version == 2 ? Fault.NONE : Fault.BAD_VERSION, FrameVersion.peek(buffer, 0, 5));
        }
        assertEquals(Fault.INCOMPLETE, FrameVersion.peek(buffer, 0, 4));
        assertTrue(Fault.BAD_MAGIC.closesConnection());
        assertFalse(Fault.KEY_OUT_OF_RANGE.closesConnection());
    }
}
