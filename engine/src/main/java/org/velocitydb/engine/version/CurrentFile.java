package org.velocitydb.engine.version;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * The file that names the manifest that counts: its 16 hex digits, a space, the CRC-32C of these digits in 8 hex
 * digits, and a line feed, all in ASCII. It is only ever replaced as a whole.
 */
final class CurrentFile
{
    private static final int NUMBER_DIGITS = 16;
    private static final int CHECKSUM_DIGITS = 8;
    private static final int LENGTH = NUMBER_DIGITS + 1 + CHECKSUM_DIGITS + 1;

    private CurrentFile()
    {
    }

    static long read(final Storage storage)
    {
        final ByteBuffer bytes = ManifestReader.readWhole(storage, ManifestNames.CURRENT);
        final String text = new String(bytes.array(), 0, bytes.limit(), StandardCharsets.ISO_8859_1);
        if (text.length() == LENGTH)
        {
            final String digits = text.substring(0, NUMBER_DIGITS);
            if (text.equals(line(digits)) && digits.matches("[0-7][0-9a-f]*"))
            {
                return Long.parseLong(digits, 16);
            }
        }
        throw new CorruptionException(
            "current file malformed", ManifestNames.CURRENT, 0, "length=" + text.length());
    }

    /** Writes and forces the file that {@link #publish} will put in place. Until then nothing has changed. */
    static void prepare(final Storage storage, final long manifestNumber)
    {
        storage.delete(ManifestNames.CURRENT_NEXT);
        try (StorageFile file = storage.create(ManifestNames.CURRENT_NEXT, LENGTH))
        {
            final String line = line(String.format("%016x", manifestNumber));
            file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.ISO_8859_1)), 0);
            file.force();
        }
    }

    /** Renames what was prepared and forces the directory. */
    static void publish(final Storage storage)
    {
        storage.rename(ManifestNames.CURRENT_NEXT, ManifestNames.CURRENT);
        storage.forceDirectory("");
    }

    private static String line(final String digits)
    {
        final CRC32C crc = new CRC32C();
        crc.update(digits.getBytes(StandardCharsets.ISO_8859_1));
        return digits + ' ' + String.format("%08x", crc.getValue()) + '\n';
    }
}
