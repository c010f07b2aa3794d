package org.velocitydb.engine.version;

import java.nio.ByteBuffer;

/**
 * Layout of an edit in a manifest: items one after the other, each beginning with a byte that says its kind.
 * Little-endian, nothing aligned. The kinds are frozen.
 *
 * <pre>
 *  +------+-------+------------------+------------------+
 *  |  1   | Level |  Table Number    |  File Length     |   a table comes
 *  +------+-------+------------------+------------------+
 *  +------+-------+------------------+
 *  |  2   | Level |  Table Number    |                      a table goes
 *  +------+-------+------------------+
 *  +------+------------------+
 *  |  3   |  Sequence        |                              all entries up to here are in tables
 *  +------+------------------+
 *  +------+------------------+
 *  |  4   |  Table Number    |                              no table has this number or a larger one yet
 *  +------+------------------+
 *    1      1 byte / 8 bytes   8 bytes
 * </pre>
 */
final class EditDescriptor
{
    static final int KIND_ADD_TABLE = 1;
    static final int KIND_REMOVE_TABLE = 2;
    static final int KIND_FLUSHED_SEQUENCE = 3;
    static final int KIND_NEXT_TABLE_NUMBER = 4;

    private static final int ADD_TABLE_LENGTH = 2 * Byte.BYTES + 2 * Long.BYTES;
    private static final int REMOVE_TABLE_LENGTH = 2 * Byte.BYTES + Long.BYTES;
    private static final int NUMBER_LENGTH = Byte.BYTES + Long.BYTES;

    private EditDescriptor()
    {
    }

    static int encodedLength(final VersionEdit edit)
    {
        return edit.added().size() * ADD_TABLE_LENGTH + edit.removed().size() * REMOVE_TABLE_LENGTH +
            (edit.flushedSequence() == VersionEdit.NULL_VALUE ? 0 : NUMBER_LENGTH) +
            (edit.nextTableNumber() == VersionEdit.NULL_VALUE ? 0 : NUMBER_LENGTH);
    }

    static void encode(final VersionEdit edit, final ByteBuffer target)
    {
        for (final VersionEdit.Removed table : edit.removed())
        {
            target.put((byte) KIND_REMOVE_TABLE).put((byte) table.level()).putLong(table.tableNumber());
        }
        for (final VersionEdit.Added table : edit.added())
        {
            target.put((byte) KIND_ADD_TABLE).put((byte) table.level());
            target.putLong(table.tableNumber()).putLong(table.lengthBytes());
        }
        if (edit.flushedSequence() != VersionEdit.NULL_VALUE)
        {
            target.put((byte) KIND_FLUSHED_SEQUENCE).putLong(edit.flushedSequence());
        }
        if (edit.nextTableNumber() != VersionEdit.NULL_VALUE)
        {
            target.put((byte) KIND_NEXT_TABLE_NUMBER).putLong(edit.nextTableNumber());
        }
    }

    /**
     * Decodes what lies between position and limit.
     *
     * @return the edit, or null if that is none.
     */
    static VersionEdit decode(final ByteBuffer source)
    {
        final VersionEdit edit = new VersionEdit();
        while (source.hasRemaining())
        {
            final int kind = source.get();
            switch (kind)
            {
                case KIND_ADD_TABLE :
                    if (source.remaining() < ADD_TABLE_LENGTH - 1)
                    {
                        return null;
                    }
                    edit.addTable(source.get(), source.getLong(), source.getLong());
                    break;
                case KIND_REMOVE_TABLE :
                    if (source.remaining() < REMOVE_TABLE_LENGTH - 1)
                    {
                        return null;
                    }
                    edit.removeTable(source.get(), source.getLong());
                    break;
                case KIND_FLUSHED_SEQUENCE :
                case KIND_NEXT_TABLE_NUMBER :
                    if (source.remaining() < NUMBER_LENGTH - 1)
                    {
                        return null;
                    }
                    decodeNumber(edit, kind, source.getLong());
                    break;
                default :
                    return null;
            }
        }
        return edit;
    }

    private static void decodeNumber(final VersionEdit edit, final int kind, final long number)
    {
        if (kind == KIND_FLUSHED_SEQUENCE)
        {
            edit.flushedSequence(number);
        }
        else
        {
            edit.nextTableNumber(number);
        }
    }
}
