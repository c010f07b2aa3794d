package org.velocitydb.engine.command;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;

import java.nio.ByteBuffer;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.concurrent.WakeSignal;

/**
 * The way to the writer: a Disruptor ring of pre-allocated {@link CommandSlot}s over one off-heap slab. Any thread
 * produces, the writer alone consumes, by polling.
 *
 * <p>Bounded twice: in slots, and in the bytes of commands that are larger than a slot. Where either bound is reached
 * {@link #tryClaim(int)} answers null, nothing has changed, and the producer tries again later; a network thread stops
 * reading from that connection meanwhile.
 *
 * <p>A claimed slot must be published whatever happens, since the writer cannot pass it; {@link #abandon(CommandSlot)}
 * publishes it empty.
 */
public final class CommandRing implements AutoCloseable
{
    /** Commands of up to this many bytes need no overflow block: a key and a value of a few hundred bytes. */
    public static final int SLOT_LENGTH = 512;

    private final ByteBuffer slab;
    private final RingBuffer<CommandSlot> ring;
    private final EventPoller<CommandSlot> poller;
    private final OverflowPool overflow;
    private final WakeSignal writerSignal;
    private int nextSlot;

    /**
     * Allocates the slab and all slots.
     *
     * @param slotCount     power of two.
     * @param overflowBytes bound on the bytes of larger commands.
     * @param writerSignal  wakes the writer when a command is published.
     */
    public CommandRing(final int slotCount, final long overflowBytes, final WakeSignal writerSignal)
    {
        this.writerSignal = writerSignal;
        slab = ByteBuffer.allocateDirect(Math.multiplyExact(slotCount, SLOT_LENGTH));
        ring = RingBuffer.createMultiProducer(
            () -> new CommandSlot(new UnsafeBuffer(slab, nextSlot++ * SLOT_LENGTH, SLOT_LENGTH)), slotCount);
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
        overflow = new OverflowPool(overflowBytes);
    }

    /**
     * Claims a slot. Allocation-free for commands that fit into {@link #SLOT_LENGTH} and for those whose block is kept.
     *
     * @param payloadLength of the operations, in bytes.
     * @return a slot to be filled in and published, or null: back pressure.
     */
    public CommandSlot tryClaim(final int payloadLength)
    {
        OverflowPool.Block block = null;
        if (payloadLength > SLOT_LENGTH)
        {
            block = overflow.tryAcquire(payloadLength);
            if (block == null)
            {
                return null;
            }
        }

        final long sequence;
        try
        {
            sequence = ring.tryNext();
        }
        catch (final InsufficientCapacityException ex)
        {
            if (block != null)
            {
                overflow.release(block);
            }
            return null;
        }

        final CommandSlot slot = ring.get(sequence);
        slot.claim(sequence, payloadLength, block);
        return slot;
    }

    /**
     * Hands the slot to the writer.
     *
     * @param slot that {@link #tryClaim(int)} gave, filled in.
     */
    public void publish(final CommandSlot slot)
    {
        // Release inside the Disruptor: pairs with the writer's acquire in poll(). The writer sees the whole slot.
        ring.publish(slot.ringSequence());
        writerSignal.signal();
    }

    /**
     * Gives the slot up: the writer passes it without a word.
     *
     * @param slot that {@link #tryClaim(int)} gave.
     */
    public void abandon(final CommandSlot slot)
    {
        slot.operations(0, Durability.NONE).replyTo(null, 0, 0, 0);
        publish(slot);
    }

    /**
     * Takes what has been published. Only the writer calls it.
     *
     * @param handler gets each slot in order, and answers false to stop after it.
     * @throws Exception what the handler throws.
     */
    public void poll(final EventPoller.Handler<CommandSlot> handler) throws Exception
    {
        poller.poll(handler);
    }

    /**
     * Gives a slot's payload back. Only the writer calls it, once it has copied what it needs.
     *
     * @param slot that was polled.
     */
    public void releasePayload(final CommandSlot slot)
    {
        slot.releasePayload(overflow);
    }

    /**
     * Commands that have been claimed and not yet taken.
     *
     * @return the count, as far as it can be known while others go on.
     */
    public long backlog()
    {
        return ring.getBufferSize() - ring.remainingCapacity();
    }

    /**
     * Bytes of larger commands that are in the ring.
     *
     * @return the bytes.
     */
    public long overflowBytes()
    {
        return overflow.acquiredBytes();
    }

    /**
     * Memory of the ring: its slab, and blocks for larger commands, those that are kept for the next one included.
     *
     * @return bytes.
     */
    public long allocatedBytes()
    {
        return slab.capacity() + overflow.allocatedBytes();
    }

    /**
     * Frees the memory. Nobody produces or polls any more.
     */
    @Override
    public void close()
    {
        overflow.close();
        BufferUtil.free(slab);
    }
}
