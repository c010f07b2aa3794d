package org.velocitydb.engine.version;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.ObjLongConsumer;

import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageFile;
import org.velocitydb.journal.storage.UnsupportedFormatException;

/**
 * Reads a manifest from its beginning to its last valid record and judges what follows it, as {@link ManifestTail}
 * says. One thread; used while opening and by the inspector.
 */
final class ManifestReader
{
    private final String name;
    private final long manifestNumber;
    private final ByteBuffer bytes;
    private int offset = ManifestDescriptor.HEADER_LENGTH;
    private int expectedType = ManifestDescriptor.TYPE_EDIT;

    ManifestReader(final Storage storage, final long manifestNumber)
    {
        name = ManifestNames.manifest(manifestNumber);
        this.manifestNumber = manifestNumber;
        bytes = readWhole(storage, name);
        checkHeader();
    }

    /** Reads a file by its path; where its name says no number, the one in its header counts. */
    ManifestReader(final Storage storage, final String path)
    {
        name = path;
        bytes = readWhole(storage, path);
        final long numberInName = ManifestNames.number(path.substring(path.lastIndexOf('/') + 1));
        final boolean hasNumber = bytes.limit() >= ManifestDescriptor.HEADER_LENGTH;
        manifestNumber = numberInName == ManifestNames.NULL_NUMBER && hasNumber
            ? bytes.getLong(ManifestDescriptor.NUMBER_OFFSET)
            : numberInName;
        checkHeader();
    }

    long manifestNumber()
    {
        return manifestNumber;
    }

    static ByteBuffer readWhole(final Storage storage, final String name)
    {
        try (StorageFile file = storage.open(name))
        {
            if (file.lengthBytes() > Integer.MAX_VALUE)
            {
                throw new CorruptionException("file too long: file=" + name + ", length=" + file.lengthBytes());
            }
            final ByteBuffer bytes = ByteBuffer.allocate((int) file.lengthBytes()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.limit(file.read(bytes, 0));
            return bytes;
        }
    }

    private void checkHeader()
    {
        if (bytes.limit() < ManifestDescriptor.HEADER_LENGTH)
        {
            throw corruption("manifest too short", 0, bytes.limit());
        }
        final long magic = bytes.getLong(ManifestDescriptor.MAGIC_OFFSET);
        if (magic != ManifestDescriptor.MAGIC)
        {
            throw corruption("not a manifest", ManifestDescriptor.MAGIC_OFFSET, magic);
        }
        final int stored = bytes.getInt(ManifestDescriptor.CHECKSUM_OFFSET);
        if (stored != ManifestDescriptor.headerChecksum(bytes))
        {
            throw corruption("manifest header checksum differs", ManifestDescriptor.CHECKSUM_OFFSET, stored);
        }
        final int version = bytes.getInt(ManifestDescriptor.VERSION_OFFSET);
        if (version > ManifestDescriptor.VERSION)
        {
            throw new UnsupportedFormatException("manifest of a newer format: file=" + name + ", version=" + version +
                ", newest understood=" + ManifestDescriptor.VERSION);
        }
        final long length = bytes.getLong(ManifestDescriptor.FILE_LENGTH_OFFSET);
        if (version != ManifestDescriptor.VERSION || length != bytes.limit())
        {
            throw corruption("manifest length differs", ManifestDescriptor.FILE_LENGTH_OFFSET, bytes.limit());
        }
        final long number = bytes.getLong(ManifestDescriptor.NUMBER_OFFSET);
        if (number != manifestNumber)
        {
            throw corruption("manifest of another number", ManifestDescriptor.NUMBER_OFFSET, number);
        }
    }

    /** Hands each edit and its offset to a consumer and tells how the manifest ends, if it is not damaged. */
    ManifestTail read(final ObjLongConsumer<VersionEdit> consumer)
    {
        while (isRecordAt(offset) && bytes.getInt(offset) == expectedType)
        {
            final int payloadLength = bytes.getInt(offset + ManifestDescriptor.PAYLOAD_LENGTH_OFFSET);
            if (expectedType == ManifestDescriptor.TYPE_EDIT)
            {
                consumer.accept(decode(payloadLength), offset);
            }
            expectedType = expectedType == ManifestDescriptor.TYPE_EDIT
                ? ManifestDescriptor.TYPE_SEAL
                : ManifestDescriptor.TYPE_EDIT;
            offset += ManifestDescriptor.RECORD_HEADER_LENGTH + payloadLength;
        }
        final boolean hasRecords = offset > ManifestDescriptor.HEADER_LENGTH;
        final ManifestTail tail = ManifestTail.of(hasRecords, isZeroFromHere(), hasRecordFromHere());
        if (tail == ManifestTail.DAMAGED)
        {
            throw corruption("manifest record damaged", offset, offset);
        }
        return tail;
    }

    /** Where the last valid record ends, after {@link #read}. */
    long endOffset()
    {
        return offset;
    }

    private VersionEdit decode(final int payloadLength)
    {
        final ByteBuffer payload = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        final int payloadOffset = offset + ManifestDescriptor.RECORD_HEADER_LENGTH;
        payload.limit(payloadOffset + payloadLength).position(payloadOffset);
        final VersionEdit edit = EditDescriptor.decode(payload);
        if (edit == null)
        {
            throw corruption("manifest edit malformed", offset, payloadLength);
        }
        return edit;
    }

    private boolean isRecordAt(final int at)
    {
        final int remaining = bytes.limit() - at - ManifestDescriptor.RECORD_HEADER_LENGTH;
        if (remaining < 0)
        {
            return false;
        }
        final int type = bytes.getInt(at + ManifestDescriptor.TYPE_OFFSET);
        final int payloadLength = bytes.getInt(at + ManifestDescriptor.PAYLOAD_LENGTH_OFFSET);
        if (type != ManifestDescriptor.TYPE_EDIT && type != ManifestDescriptor.TYPE_SEAL || payloadLength < 0 ||
            payloadLength > remaining)
        {
            return false;
        }
        final int stored = bytes.getInt(at + ManifestDescriptor.RECORD_CHECKSUM_OFFSET);
        return stored == ManifestDescriptor.recordChecksum(bytes, at, payloadLength, manifestNumber, at);
    }

    private boolean isZeroFromHere()
    {
        for (int i = offset; i < bytes.limit(); i++)
        {
            if (bytes.get(i) != 0)
            {
                return false;
            }
        }
        return true;
    }

    private boolean hasRecordFromHere()
    {
        for (int i = offset; i < bytes.limit(); i++)
        {
            if (isRecordAt(i))
            {
                return true;
            }
        }
        return false;
    }

    CorruptionException corruption(final String what, final long at, final long value)
    {
        return new CorruptionException(what, name, at, "value=" + value);
    }
}
