package org.velocitydb.protocol.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

/**
 * The message that begins a connection over Aeron.
 */
class ConnectMessageTest
{
    private static final String EXAMPLE = "564145520100000038150000feffffff489c000000000000";

    @Test
    void shouldHaveTheBytesOfTheDocument()
    {
        final byte[] bytes = new byte[ConnectMessage.LENGTH];
        new ConnectMessage(5432, -2, 40_008).encode().get(bytes);

        assertEquals(EXAMPLE, HexFormat.of().formatHex(bytes));
        assertEquals(new ConnectMessage(5432, -2, 40_008), decode(bytes));
    }

    @Test
    void shouldBeReadFromTheMiddleOfABuffer()
    {
        final ByteBuffer buffer = ByteBuffer.allocate(100).position(50)
            .put(new ConnectMessage(1, Integer.MIN_VALUE, ConnectMessage.NO_PORT).encode())
            .flip()
            .position(50);

        assertEquals(new ConnectMessage(1, Integer.MIN_VALUE, 0), ConnectMessage.tryDecode(buffer));
    }

    @Test
    void shouldNotTakeAnotherLength()
    {
        for (int length = 0; length < 2 * ConnectMessage.LENGTH; length++)
        {
            final byte[] bytes = new byte[length];
            final byte[] example = HexFormat.of().parseHex(EXAMPLE);
            System.arraycopy(example, 0, bytes, 0, Math.min(length, example.length));
            assertEquals(length == ConnectMessage.LENGTH, decode(bytes) != null, "length=" + length);
        }
    }

    @Test
    void shouldNotTakeOtherMagicVersionsOrZeros()
    {
        for (int i = 0; i < ConnectMessage.LENGTH; i++)
        {
            final boolean isFree = i >= 8 && i < 18;
            final byte[] bytes = HexFormat.of().parseHex(EXAMPLE);
            bytes[i] ^= 0x40;
            assertEquals(isFree, decode(bytes) != null, "offset=" + i);
        }
    }

    @Test
    void shouldNotTakeAStreamThatIsNotPositiveOrAPortThatIsNone()
    {
        assertNull(ConnectMessage.tryDecode(new ConnectMessage(0, 1, 1).encode()));
        assertNull(ConnectMessage.tryDecode(new ConnectMessage(-1, 1, 1).encode()));
        assertNull(ConnectMessage.tryDecode(new ConnectMessage(1, 1, 65_536).encode()));
        assertNull(ConnectMessage.tryDecode(new ConnectMessage(1, 1, -1).encode()));
    }

    @Test
    void shouldTakeBytesOfAnyKindWithoutAnException()
    {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++)
        {
            final byte[] bytes = new byte[ConnectMessage.LENGTH];
            random.nextBytes(bytes);
            assertNull(decode(bytes));
        }
    }

    private static ConnectMessage decode(final byte[] bytes)
    {
        return ConnectMessage.tryDecode(ByteBuffer.wrap(bytes));
    }
}
