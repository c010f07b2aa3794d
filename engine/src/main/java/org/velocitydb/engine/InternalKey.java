package org.velocitydb.engine;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.Keys;

/**
 * Scratch memory in which one thread puts a keyspace id before a user's key. Grows to the longest key seen, allocates
 * nothing otherwise.
 */
final class InternalKey
{
    private static final int INITIAL_LENGTH = 256;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[INITIAL_LENGTH]);
    private int lengthBytes;

    /**
     * Builds an internal key.
     *
     * @param keyspace  id.
     * @param key       buffer of the user's key.
     * @param offset    of the key.
     * @param keyLength in bytes.
     * @return this.
     * @throws IllegalArgumentException for a keyspace that is not a user's.
     */
    InternalKey set(final int keyspace, final DirectBuffer key, final int offset, final int keyLength)
    {
        OperationDescriptor.checkKeyspace(keyspace);
        lengthBytes = Keys.KEYSPACE_LENGTH + keyLength;
        if (lengthBytes > buffer.capacity())
        {
            buffer.wrap(new byte[Integer.highestOneBit(lengthBytes) << 1]);
        }
        putKeyspace(buffer, keyspace);
        buffer.putBytes(Keys.KEYSPACE_LENGTH, key, offset, keyLength);
        return this;
    }

    /**
     * Builds what all keys of a keyspace begin with.
     *
     * @param keyspace id.
     * @return this.
     */
    InternalKey setKeyspace(final int keyspace)
    {
        lengthBytes = Keys.KEYSPACE_LENGTH;
        putKeyspace(buffer, keyspace);
        return this;
    }

    private static void putKeyspace(final MutableDirectBuffer buffer, final int keyspace)
    {
        buffer.putInt(0, keyspace, ByteOrder.BIG_ENDIAN);
    }

    DirectBuffer buffer()
    {
        return buffer;
    }

    int lengthBytes()
    {
        return lengthBytes;
    }
}
