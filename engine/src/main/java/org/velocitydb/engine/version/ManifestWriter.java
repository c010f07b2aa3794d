package org.velocitydb.engine.version;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;

/**
 * Appends edits to one manifest; see {@link ManifestDescriptor}. One thread; owns the file.
 */
final class ManifestWriter implements AutoCloseable
{
    private final StorageFile file;
    private final long manifestNumber;
    private final long fileLength;
    private long position;

    private ManifestWriter(final StorageFile file, final long manifestNumber, final long fileLength)
    {
        this.file = file;
        this.manifestNumber = manifestNumber;
        this.fileLength = fileLength;
    }

    /**
     * Makes a manifest that begins with an edit, forces it, and then its name. It does not count yet: nothing points to
     * it.
     *
     * @param minFileLength least length of the file; a long first edit makes a longer one, with as much room again.
     */
    static ManifestWriter create(
        final Storage storage, final long manifestNumber, final int minFileLength, final VersionEdit first)
    {
        final int firstLength = ManifestDescriptor.HEADER_LENGTH + recordsLength(first);
        final int fileLength = Math.max(minFileLength, Math.multiplyExact(2, firstLength));
        final StorageFile file = storage.create(ManifestNames.manifest(manifestNumber), fileLength);
        try
        {
            final ManifestWriter writer = new ManifestWriter(file, manifestNumber, fileLength);
            final ByteBuffer bytes = ByteBuffer.allocate(firstLength).order(ByteOrder.LITTLE_ENDIAN);
            ManifestDescriptor.putHeader(bytes, manifestNumber, fileLength);
            final int header = ManifestDescriptor.HEADER_LENGTH;
            final int editEnd = writer.putEdit(bytes, header, header, first);
            writer.putSeal(bytes, editEnd, editEnd);
            file.write(bytes.clear(), 0);
            file.force();
            storage.forceDirectory("");
            writer.position = firstLength;
            return writer;
        }
        catch (final RuntimeException e)
        {
            file.close();
            throw e;
        }
    }

    private static int recordsLength(final VersionEdit edit)
    {
        return EditDescriptor.encodedLength(edit) + 2 * ManifestDescriptor.RECORD_HEADER_LENGTH;
    }

    long manifestNumber()
    {
        return manifestNumber;
    }

    boolean hasRoom(final VersionEdit edit)
    {
        return position + recordsLength(edit) <= fileLength;
    }

    /** Once this has returned the edit is durable; where it throws, it may be or not. */
    void append(final VersionEdit edit)
    {
        final ByteBuffer bytes = ByteBuffer.allocate(recordsLength(edit)).order(ByteOrder.LITTLE_ENDIAN);
        final int editEnd = putEdit(bytes, 0, position, edit);
        file.write(bytes.limit(editEnd).position(0), position);
        file.force();
        putSeal(bytes.limit(bytes.capacity()), editEnd, position + editEnd);
        file.write(bytes.position(editEnd), position + editEnd);
        position += bytes.capacity();
    }

    private int putEdit(
        final ByteBuffer bytes, final int offset, final long recordPosition, final VersionEdit edit)
    {
        final int payloadLength = EditDescriptor.encodedLength(edit);
        EditDescriptor.encode(edit, bytes.position(offset + ManifestDescriptor.RECORD_HEADER_LENGTH));
        ManifestDescriptor.putRecordHeader(
            bytes,
            offset,
            ManifestDescriptor.TYPE_EDIT,
            payloadLength,
            manifestNumber,
            recordPosition);
        return offset + ManifestDescriptor.RECORD_HEADER_LENGTH + payloadLength;
    }

    private void putSeal(final ByteBuffer bytes, final int offset, final long recordPosition)
    {
        ManifestDescriptor
            .putRecordHeader(bytes, offset, ManifestDescriptor.TYPE_SEAL, 0, manifestNumber, recordPosition);
    }

    @Override
    public void close()
    {
        file.close();
    }
}
