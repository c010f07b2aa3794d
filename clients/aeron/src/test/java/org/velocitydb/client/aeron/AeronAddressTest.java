package org.velocitydb.client.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.protocol.aeron.AeronDefaults;

class AeronAddressTest
{
    @Test
    void shouldLookForTheServersDriverWhereBothExpectItOverIpc()
    {
        final AeronAddress address = AeronAddress.parse("aeron:ipc");

        assertTrue(address.isIpc());
        assertEquals(AeronDefaults.directory(), address.directory());
        assertEquals(AeronDefaults.STREAM_ID, address.streamId());
    }

    @Test
    void shouldTakeDirectoryAndStream()
    {
        final AeronAddress address = AeronAddress.parse("aeron:ipc?dir=/dev/shm/x|stream=9");

        assertEquals(Path.of("/dev/shm/x"), address.directory());
        assertEquals(9, address.streamId());
    }

    @Test
    void shouldHaveADriverOfItsOwnOverUdpUnlessOneIsNamed()
    {
        final AeronAddress own = AeronAddress.parse("aeron:udp?endpoint=[::1]:7");
        assertFalse(own.isIpc());
        assertEquals("[::1]:7", own.endpoint());
        assertNull(own.directory());

        assertEquals(Path.of("d"), AeronAddress.parse("aeron:udp?endpoint=db-1:7|dir=d").directory());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "aeron", "aeron:", "aeron:tcp", "aeron:ipc?", "aeron:ipc?endpoint=a:1", "aeron:udp",
        "aeron:udp?dir=d", "aeron:udp?endpoint=a", "aeron:udp?endpoint=:1", "aeron:udp?endpoint=a:0",
        "aeron:udp?endpoint=a:65536", "aeron:udp?endpoint=a:x", "aeron:ipc?stream=0", "aeron:ipc?stream=2147483648",
        "aeron:ipc?stream=x", "aeron:ipc?mtu=8k", "aeron:ipc?dir=d|", "aeron:ipc?=d" })
    void shouldRefuseWhatIsNoAddressAndSayWhatIs(final String text)
    {
        final IllegalArgumentException refusal = assertThrows(
            IllegalArgumentException.class, () -> AeronAddress.parse(text));
        assertTrue(refusal.getMessage().startsWith("not an address: " + text + ", "), refusal::getMessage);
        assertTrue(refusal.getMessage().contains("allowed: aeron:ipc and aeron:udp"), refusal::getMessage);
    }
}
