package org.velocitydb.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

import org.velocitydb.engine.version.VersionCopy;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFile;

/**
 * The file {@code CHECKPOINT} in a checkpoint's directory, which says what it was when it was made: one line of ASCII,
 * written once and before the manifest. A store that is opened on the checkpoint does not look at it.
 *
 * <pre>
 *  +--------------------------------+   offset 0
 *  |  created, ms since the epoch   |   16 lower-case hexadecimal digits
 *  +--------------------------------+   17, after a space
 *  |  sequence that it covers       |   16 digits
 *  +--------------------------------+   34, after a space
 *  |  bytes of its tables           |   16 digits
 *  +--------------------------------+   51, after a space
 *  |  CRC-32C of the 50 bytes above |   8 digits
 *  +--------------------------------+   59
 *  |  line feed                     |
 *  +--------------------------------+   60
 * </pre>
 */
final class CheckpointFile
{
    /** Its name. */
    static final String NAME = "CHECKPOINT";

    private static final int CREATED_OFFSET = 0;
    private static final int DIGITS = 16;
    private static final int SEQUENCE_OFFSET = CREATED_OFFSET + DIGITS + 1;
    private static final int TABLE_BYTES_OFFSET = SEQUENCE_OFFSET + DIGITS + 1;
    private static final int CHECKSUM_OFFSET = TABLE_BYTES_OFFSET + DIGITS + 1;
    private static final int CHECKSUM_DIGITS = 8;
    /** No number of them is negative. */
    private static final String FIELDS = "(?s)[0-7][0-9a-f]{15} [0-7][0-9a-f]{15} [0-7][0-9a-f]{15} .*";
    private static final int LENGTH = CHECKSUM_OFFSET + CHECKSUM_DIGITS + 1;

    private CheckpointFile()
    {
    }

    /** Writes and forces it; its name is durable when the directory has been forced. */
    static void write(final Storage storage, final CheckpointInfo info)
    {
        final String fields = String.format("%016x %016x %016x", info.createdMs(), info.sequence(), info.tableBytes());
        try (StorageFile file = storage.create(info.path() + '/' + NAME, LENGTH))
        {
            file.write(ByteBuffer.wrap(line(fields).getBytes(StandardCharsets.ISO_8859_1)), 0);
            file.force();
        }
    }

    /**
     * What is known of a checkpoint.
     *
     * @param storage of the store.
     * @param name    of the checkpoint, which is there.
     * @return what the file says; or nothing but the name, where it is missing or damaged or the manifest is not there.
     * @throws StorageException where the file cannot be read.
     */
    static CheckpointInfo read(final Storage storage, final String name)
    {
        final String path = Checkpoints.path(name);
        final String fileName = path + '/' + NAME;
        final boolean isThere = VersionCopy.isComplete(storage, path) && storage.exists(fileName);
        final String text = isThere ? text(storage, fileName) : "";
        final boolean isWhole = text.length() == LENGTH && text.matches(FIELDS) &&
            text.equals(line(text.substring(0, CHECKSUM_OFFSET - 1)));
        return isWhole
            ? new CheckpointInfo(
                name, path, true, number(text, CREATED_OFFSET), number(text, SEQUENCE_OFFSET),
                number(text, TABLE_BYTES_OFFSET))
            : new CheckpointInfo(name, path, false, 0, 0, 0);
    }

    private static String text(final Storage storage, final String fileName)
    {
        try (StorageFile file = storage.open(fileName))
        {
            // With room for one byte too many, so that a file that is too long shows.
            final ByteBuffer bytes = ByteBuffer.allocate(LENGTH + 1);
            return new String(bytes.array(), 0, file.read(bytes, 0), StandardCharsets.ISO_8859_1);
        }
    }

    private static long number(final String text, final int offset)
    {
        return Long.parseLong(text.substring(offset, offset + DIGITS), 16);
    }

    private static String line(final String fields)
    {
        final CRC32C crc = new CRC32C();
        crc.update(fields.getBytes(StandardCharsets.ISO_8859_1));
        return fields + ' ' + String.format("%08x", crc.getValue()) + '\n';
    }
}
