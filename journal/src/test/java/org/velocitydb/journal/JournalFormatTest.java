package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Holds version 1 of the format to a file that was once written. The file is text: a length in the first line, then an
 * offset and the bytes there in each, everything else zero.
 */
class JournalFormatTest
{
    private static final String GOLDEN = "segment-v1.txt";

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final JournalFixture fixture = new JournalFixture(storage, 1);

    @Test
    void shouldWriteTheBytesOfTheGoldenFile() throws IOException
    {
        fixture.open(7);
        writeGoldenRecords();
        fixture.journal().close();

        final byte[] written = fixture.read(fixture.path(1));

        assertEquals(text(golden()), text(written));
        assertArrayEquals(golden(), written);
    }

    @Test
    void shouldWriteTheBytesOfTheGoldenFileDirectlyToo() throws IOException
    {
        storage.directAlignment(4096);
        fixture.syncMethod(SyncMethod.DIRECT).open(7);
        fixture.commit(fixture.nextRecord("three entries".getBytes(StandardCharsets.US_ASCII), 3));
        fixture.commit(fixture.nextRecord("one".getBytes(StandardCharsets.US_ASCII), 1));
        fixture.journal().close();

        assertEquals(text(golden()), text(fixture.read(fixture.path(1))));
    }

    @Test
    void shouldReadTheGoldenFile() throws IOException
    {
        storage.makeDirectory("journal");
        final byte[] golden = golden();
        try (StorageFile file = storage.create(fixture.path(1), golden.length))
        {
            file.write(ByteBuffer.wrap(golden), 0);
        }

        fixture.open(7);

        assertEquals(2, fixture.replayed().size());
        final ModelRecord first = fixture.replayed().get(0);
        assertEquals(7, first.firstSequence());
        assertEquals(3, first.entryCount());
        assertEquals(1_700_000_000_007L, first.timeMs());
        assertEquals("three entries", new String(first.payload(), StandardCharsets.US_ASCII));
        assertEquals(10, fixture.replayed().get(1).firstSequence());
        assertEquals("one", new String(fixture.replayed().get(1).payload(), StandardCharsets.US_ASCII));
    }

    private void writeGoldenRecords()
    {
        fixture.append(fixture.nextRecord("three entries".getBytes(StandardCharsets.US_ASCII), 3));
        fixture.journal().force();
        fixture.append(fixture.nextRecord("one".getBytes(StandardCharsets.US_ASCII), 1));
    }

    private static byte[] golden() throws IOException
    {
        try (InputStream in = JournalFormatTest.class.getResourceAsStream(GOLDEN))
        {
            final String[] lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n");
            final byte[] bytes = new byte[Integer.parseInt(lines[0])];
            for (final String line : Arrays.asList(lines).subList(1, lines.length))
            {
                final String[] parts = line.split(" ");
                final byte[] part = HexFormat.of().parseHex(parts[1]);
                System.arraycopy(part, 0, bytes, Integer.parseInt(parts[0]), part.length);
            }
            return bytes;
        }
    }

    private static String text(final byte[] bytes)
    {
        final StringBuilder text = new StringBuilder().append(bytes.length).append('\n');
        final byte[] zeros = new byte[16];
        for (int offset = 0; offset < bytes.length; offset += zeros.length)
        {
            final byte[] line = Arrays.copyOfRange(bytes, offset, offset + zeros.length);
            if (!Arrays.equals(line, zeros))
            {
                text.append(offset).append(' ').append(HexFormat.of().formatHex(line)).append('\n');
            }
        }
        return text.toString();
    }
}
