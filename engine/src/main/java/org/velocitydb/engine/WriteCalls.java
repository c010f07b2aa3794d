package org.velocitydb.engine;

import java.util.concurrent.locks.LockSupport;

import org.velocitydb.engine.command.CommandRing;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.WriteBatch;

/**
 * Writes of the convenient kind: the calling thread sends its batch through the ring and waits for the answer. Any
 * thread.
 */
final class WriteCalls
{
    private static final long BACK_PRESSURE_PAUSE_NS = 50_000;

    private final CommandRing ring;
    private final CallGate gate;
    private final ThreadLocal<WriteCall> calls = ThreadLocal.withInitial(WriteCall::new);

    WriteCalls(final CommandRing ring, final CallGate gate)
    {
        this.ring = ring;
        this.gate = gate;
    }

    /**
     * Does a batch as a whole.
     *
     * @param batch      within the limits of {@link #requireBatch}.
     * @param durability to wait for.
     * @return the answer, valid until the calling thread's next write.
     * @throws StoreException for a status other than applied and condition failed.
     */
    Completion write(final WriteBatch batch, final Durability durability)
    {
        gate.enter();
        try
        {
            return send(batch, durability);
        }
        finally
        {
            gate.leave();
        }
    }

    private Completion send(final WriteBatch batch, final Durability durability)
    {
        final CommandSlot slot = claim(batch.lengthBytes());
        final WriteCall call = calls.get();
        call.begin();
        slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
        slot.operations(batch.operationCount(), durability).replyTo(call, 0, 0, 0);
        ring.publish(slot);
        final Completion completion = call.await();
        final CommandStatus status = completion.status();
        if (status != CommandStatus.APPLIED && status != CommandStatus.CONDITION_FAILED)
        {
            throw failed(status);
        }
        return completion;
    }

    private CommandSlot claim(final int payloadLength)
    {
        while (true)
        {
            final CommandSlot slot = ring.tryClaim(payloadLength);
            if (slot != null)
            {
                return slot;
            }
            if (gate.isClosed())
            {
                throw CallGate.closed();
            }
            LockSupport.parkNanos(BACK_PRESSURE_PAUSE_NS);
        }
    }

    static void requireBatch(final WriteBatch batch)
    {
        if (batch.operationCount() == 0)
        {
            throw new IllegalArgumentException("a batch needs at least one operation");
        }
        if (batch.lengthBytes() > Store.BATCH_LENGTH_MAX)
        {
            throw new IllegalArgumentException(
                "batch too large: length=" + batch.lengthBytes() + ", max=" + Store.BATCH_LENGTH_MAX);
        }
    }

    static StoreException failed(final CommandStatus status)
    {
        return new StoreException(status, "write failed: status=" + status);
    }
}
