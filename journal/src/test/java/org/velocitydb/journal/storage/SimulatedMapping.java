package org.velocitydb.journal.storage;

import java.nio.ByteBuffer;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A copy of a file as it was when it was mapped, in direct memory as a real mapping is. On close the buffer becomes
 * empty and the memory is poisoned, so that a slice used too late reads nonsense and no test passes by luck. The memory
 * itself is left to the collector: a late reader must not bring down the virtual machine.
 */
final class SimulatedMapping implements MappedFile
{
    private static final byte POISON = (byte) 0xDE;

    private final SimulatedStorage storage;
    private final String name;
    private final long boot;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final ByteBuffer memory;
    private boolean isClosed;

    SimulatedMapping(final SimulatedStorage storage, final String name, final long boot, final ByteBuffer memory)
    {
        this.storage = storage;
        this.name = name;
        this.boot = boot;
        this.memory = memory;
        if (memory.capacity() > 0)
        {
            buffer.wrap(memory);
        }
    }

    @Override
    public DirectBuffer buffer()
    {
        return buffer;
    }

    @Override
    public String name()
    {
        return name;
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            if (memory.capacity() > 0)
            {
                buffer.setMemory(0, memory.capacity(), POISON);
            }
            buffer.wrap(0, 0);
            storage.onMappingClosed(boot);
        }
    }
}
