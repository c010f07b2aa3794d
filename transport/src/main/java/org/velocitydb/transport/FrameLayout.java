package org.velocitydb.transport;

/**
 * Where the fields of a frame are that transport needs to cut the stream into frames. Little-endian. Both versions
 * begin alike; the version byte of the first frame fixes the connection's version.
 *
 * <pre>
 *  Version 1
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                       Magic 0x56454C4F                        |
 *  +---------------+---------------+-------------------------------+
 *  |  Version = 1  |     Type      |      Payload Length          ...
 *  +---------------+---------------+-------------------------------+
 * ...  (unsigned, 4 bytes in all)  |  Payload                     ...
 *  +-------------------------------+-------------------------------+
 *  |           CRC-32 of everything before it                      |
 *  +---------------------------------------------------------------+
 *
 *  Version 2
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                       Magic 0x56454C4F                        |
 *  +---------------+---------------+-------------------------------+
 *  |  Version = 2  |     Type      |             Flags             |
 *  +---------------+---------------+-------------------------------+
 *  |                   Body Length (unsigned)                      |
 *  +---------------------------------------------------------------+
 *  |       CRC-32C of everything before and after this field       |
 *  +---------------------------------------------------------------+
 *  |                        Correlation Id                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Body                                                        ...
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class FrameLayout
{
    static final int MAGIC = 0x56454C4F;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
    /** Bytes after which magic and version are known. */
    static final int PREFIX_LENGTH = VERSION_OFFSET + Byte.BYTES;

    static final int VERSION_1 = 1;
    static final int V1_LENGTH_OFFSET = VERSION_OFFSET + Byte.BYTES + Byte.BYTES;
    static final int V1_HEADER_LENGTH = V1_LENGTH_OFFSET + Integer.BYTES;
    static final int V1_CHECKSUM_LENGTH = Integer.BYTES;

    static final int VERSION_2 = 2;
    static final int V2_LENGTH_OFFSET = VERSION_OFFSET + Byte.BYTES + Byte.BYTES + Short.BYTES;
    static final int V2_CHECKSUM_OFFSET = V2_LENGTH_OFFSET + Integer.BYTES;
    static final int V2_CORRELATION_OFFSET = V2_CHECKSUM_OFFSET + Integer.BYTES;
    static final int V2_HEADER_LENGTH = V2_CORRELATION_OFFSET + Long.BYTES;

    static final int MAX_HEADER_LENGTH = V2_HEADER_LENGTH;

    private FrameLayout()
    {
    }
}
