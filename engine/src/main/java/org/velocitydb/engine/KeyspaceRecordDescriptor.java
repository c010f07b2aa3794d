package org.velocitydb.engine;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;

/**
 * How the store remembers which keyspaces there are: as entries of a keyspace of its own, the catalogue, written
 * through the log like all others. There is one for each keyspace but the default one, and one that says which id comes
 * next. A name begins with a letter or an underscore, so it cannot be taken for the latter's key.
 *
 * <pre>
 *  key of a keyspace                            5 to 68 bytes
 *  +---------------------------------------------------------------+
 *  |             Keyspace id 0xFFFFFFFE (big-endian)               |
 *  +---------------------------------------------------------------+
 *  |  Name, ASCII, in small letters                               ...
 *  +---------------------------------------------------------------+
 *
 *  key of the next id                                 5 bytes
 *  +---------------------------------------------------------------+
 *  |             Keyspace id 0xFFFFFFFE (big-endian)               |
 *  +---------------+-----------------------------------------------+
 *  |    (zero)     |
 *  +---------------+
 *
 *  value of both, little-endian                       8 bytes
 *  +---------------------------------------------------------------+
 *  |                              Id                               |
 *  +---------------------------------------------------------------+
 *  |                            (zero)                             |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * An id is 1 to 2,147,483,647 and is never used twice.
 */
final class KeyspaceRecordDescriptor
{
    /** First id that is given to a keyspace. */
    static final int FIRST_ID = 1;

    private static final int NAME_OFFSET = Keys.KEYSPACE_LENGTH;
    static final int NEXT_ID_KEY_LENGTH = NAME_OFFSET + Byte.BYTES;

    private static final int ID_OFFSET = 0;
    private static final int ZERO_OFFSET = ID_OFFSET + Integer.BYTES;
    static final int VALUE_LENGTH = ZERO_OFFSET + Integer.BYTES;

    private KeyspaceRecordDescriptor()
    {
    }

    static void putNextIdKey(final MutableDirectBuffer buffer, final int offset)
    {
        buffer.putInt(offset, OperationDescriptor.CATALOGUE_KEYSPACE, ByteOrder.BIG_ENDIAN);
        buffer.putByte(offset + NAME_OFFSET, (byte) 0);
    }

    static boolean isNextIdKey(final DirectBuffer buffer, final int offset, final int keyLength)
    {
        return keyLength == NEXT_ID_KEY_LENGTH && buffer.getByte(offset + NAME_OFFSET) == 0;
    }

    static String name(final DirectBuffer buffer, final int offset, final int keyLength)
    {
        return buffer.getStringWithoutLengthAscii(offset + NAME_OFFSET, keyLength - NAME_OFFSET);
    }

    static void putValue(final MutableDirectBuffer buffer, final int offset, final int id)
    {
        buffer.putInt(offset + ID_OFFSET, id);
        buffer.putInt(offset + ZERO_OFFSET, 0);
    }

    static int id(final DirectBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + ID_OFFSET);
    }

    /**
     * Says what is wrong with an entry of the catalogue that was read back and is no tombstone.
     *
     * @return the problem, or an empty text.
     */
    static String problem(
        final DirectBuffer key,
        final int keyOffset,
        final int keyLength,
        final DirectBuffer value,
        final int valueOffset,
        final int valueLength)
    {
        if (valueLength != VALUE_LENGTH)
        {
            return "keyspace record has a wrong length: value=" + valueLength;
        }
        for (int i = NAME_OFFSET; i < keyLength && !isNextIdKey(key, keyOffset, keyLength); i++)
        {
            if (key.getByte(keyOffset + i) <= ' ')
            {
                return "name of a keyspace is no name: byte=" + key.getByte(keyOffset + i);
            }
        }
        final int id = id(value, valueOffset);
        final int zero = value.getInt(valueOffset + ZERO_OFFSET);
        return id >= FIRST_ID && zero == 0 ? "" : "keyspace record out of range: id=" + id + ", reserved=" + zero;
    }
}
