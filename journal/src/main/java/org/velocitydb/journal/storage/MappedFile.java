package org.velocitydb.journal.storage;

import org.agrona.DirectBuffer;

/**
 * A read-only mapping of a whole file. The owner closes it only once no reader can touch the buffer: afterwards the
 * memory is gone.
 */
public interface MappedFile extends AutoCloseable
{
    /**
     * The bytes of the file; capacity is its length.
     *
     * @return the same buffer at each call.
     */
    DirectBuffer buffer();

    /**
     * The name this file was mapped under.
     *
     * @return relative name.
     */
    String name();

    @Override
    void close();
}
