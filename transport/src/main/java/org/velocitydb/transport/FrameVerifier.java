package org.velocitydb.transport;

import static org.velocitydb.transport.FrameLayout.MAGIC;
import static org.velocitydb.transport.FrameLayout.MAGIC_OFFSET;
import static org.velocitydb.transport.FrameLayout.PREFIX_LENGTH;
import static org.velocitydb.transport.FrameLayout.V1_CHECKSUM_LENGTH;
import static org.velocitydb.transport.FrameLayout.V1_HEADER_LENGTH;
import static org.velocitydb.transport.FrameLayout.V1_LENGTH_OFFSET;
import static org.velocitydb.transport.FrameLayout.V2_CHECKSUM_OFFSET;
import static org.velocitydb.transport.FrameLayout.V2_CORRELATION_OFFSET;
import static org.velocitydb.transport.FrameLayout.V2_HEADER_LENGTH;
import static org.velocitydb.transport.FrameLayout.V2_LENGTH_OFFSET;
import static org.velocitydb.transport.FrameLayout.VERSION_1;
import static org.velocitydb.transport.FrameLayout.VERSION_2;
import static org.velocitydb.transport.FrameLayout.VERSION_OFFSET;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Judges the bytes at the head of a stream: a whole frame, the beginning of one, or none. Every field is judged as soon
 * as its bytes are there, so that nobody's wrong length makes us wait for bytes or hold memory. One for each event
 * loop, used on its thread alone; allocation-free.
 */
final class FrameVerifier
{
    /** More bytes are needed. */
    static final int INCOMPLETE = 0;
    /** {@link #expectedLength()} before the header is there. */
    static final int UNKNOWN_LENGTH = 0;

    private static final FrameFault[] FAULTS = FrameFault.values();

    private final CRC32 crc32 = new CRC32();
    private final CRC32C crc32c = new CRC32C();
    private int version;
    private int expectedLength;

    /**
     * Judges.
     *
     * @param buffer          little-endian; its position and limit are changed.
     * @param offset          of the first byte.
     * @param available       bytes from there.
     * @param expectedVersion of the connection, or {@link Session#NULL_VERSION}.
     * @param frameLimit      longest frame allowed.
     * @return the length of the verified frame, {@link #INCOMPLETE}, or less than 0 for a {@link #fault(int)}.
     */
    int inspect(
        final ByteBuffer buffer,
        final int offset,
        final int available,
        final int expectedVersion,
        final int frameLimit)
    {
        buffer.clear();
        version = expectedVersion;
        expectedLength = UNKNOWN_LENGTH;
        final int prefix = inspectPrefix(buffer, offset, available, expectedVersion);
        if (prefix < 0)
        {
            return prefix;
        }
        final int headerLength = version == VERSION_1 ? V1_HEADER_LENGTH : V2_HEADER_LENGTH;
        if (available < PREFIX_LENGTH || available < headerLength)
        {
            return INCOMPLETE;
        }
        final long length = version == VERSION_1 ? v1Length(buffer, offset) : v2Length(buffer, offset);
        if (length > frameLimit)
        {
            return faulty(FrameFault.FRAME_TOO_LONG);
        }
        expectedLength = (int) length;
        if (available < expectedLength)
        {
            return INCOMPLETE;
        }
        return isIntact(buffer, offset, expectedLength) ? expectedLength : faulty(FrameFault.WRONG_CHECKSUM);
    }

    /**
     * Judges magic and version alone.
     *
     * @return less than 0 for a {@link #fault(int)}, else {@link #INCOMPLETE}.
     */
    int inspectPrefix(final ByteBuffer buffer, final int offset, final int available, final int expectedVersion)
    {
        version = expectedVersion;
        if (!isMagic(buffer, offset, Math.min(available, Integer.BYTES)))
        {
            return faulty(FrameFault.WRONG_MAGIC);
        }
        if (available < PREFIX_LENGTH)
        {
            return INCOMPLETE;
        }
        final int found = buffer.get(offset + VERSION_OFFSET) & 0xFF;
        if (found != VERSION_1 && found != VERSION_2)
        {
            return faulty(FrameFault.UNKNOWN_VERSION);
        }
        if (expectedVersion != Session.NULL_VERSION && found != expectedVersion)
        {
            return faulty(FrameFault.CHANGED_VERSION);
        }
        version = found;
        return INCOMPLETE;
    }

    /** The fault behind a result less than 0. */
    static FrameFault fault(final int result)
    {
        return FAULTS[-result - 1];
    }

    /** Version of what was inspected last, or {@link Session#NULL_VERSION} while it is not known. */
    int version()
    {
        return version;
    }

    /** Length of the frame that was inspected last, whole or not, or {@link #UNKNOWN_LENGTH}. */
    int expectedLength()
    {
        return expectedLength;
    }

    private static boolean isMagic(final ByteBuffer buffer, final int offset, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (buffer.get(offset + MAGIC_OFFSET + i) != (byte) (MAGIC >>> (i << 3)))
            {
                return false;
            }
        }
        return true;
    }

    private static long v1Length(final ByteBuffer buffer, final int offset)
    {
        final long payloadLength = buffer.getInt(offset + V1_LENGTH_OFFSET) & 0xFFFF_FFFFL;
        return V1_HEADER_LENGTH + payloadLength + V1_CHECKSUM_LENGTH;
    }

    private static long v2Length(final ByteBuffer buffer, final int offset)
    {
        final long bodyLength = buffer.getInt(offset + V2_LENGTH_OFFSET) & 0xFFFF_FFFFL;
        return V2_HEADER_LENGTH + bodyLength;
    }

    private boolean isIntact(final ByteBuffer buffer, final int offset, final int length)
    {
        if (version == VERSION_1)
        {
            final int checksumOffset = offset + length - V1_CHECKSUM_LENGTH;
            crc32.reset();
            update(crc32, buffer, offset, checksumOffset);
            return (int) crc32.getValue() == buffer.getInt(checksumOffset);
        }
        crc32c.reset();
        update(crc32c, buffer, offset, offset + V2_CHECKSUM_OFFSET);
        update(crc32c, buffer, offset + V2_CORRELATION_OFFSET, offset + length);
        return (int) crc32c.getValue() == buffer.getInt(offset + V2_CHECKSUM_OFFSET);
    }

    private static void update(final Checksum checksum, final ByteBuffer buffer, final int from, final int to)
    {
        buffer.limit(to).position(from);
        checksum.update(buffer);
        buffer.clear();
    }

    static int faulty(final FrameFault fault)
    {
        return -fault.ordinal() - 1;
    }
}
