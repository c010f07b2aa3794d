package org.velocitydb.perf.load;

import java.io.IOException;

import org.velocitydb.protocol.Durability;

/**
 * Fills the key space, over one connection, in large batches.
 */
final class KeyspaceLoad
{
    private static final int BATCH_COUNT = 1_000;

    private KeyspaceLoad()
    {
    }

    static void run(final LoadConnection connection, final Records records) throws IOException
    {
        final VelocityWorkload workload = new VelocityWorkload(
            OperationKind.PUT, Durability.SERVER_DEFAULT, records);
        for (int index = 0; index < records.keyCount(); index += BATCH_COUNT)
        {
            final int count = Math.min(BATCH_COUNT, records.keyCount() - index);
            connection.appended(
                workload.putBatch(connection.output(), connection.outputOffset(), 1, index, count));
            connection.flush();
            takeAnswer(connection, workload);
        }
    }

    /** Over the Redis protocol, which has no batches: many SETs in a row, then their answers. */
    static void run(final LoadConnection connection, final RespWorkload workload, final int keyCount)
        throws IOException
    {
        for (int index = 0; index < keyCount; index += BATCH_COUNT)
        {
            final int count = Math.min(BATCH_COUNT, keyCount - index);
            for (int i = 0; i < count; i++)
            {
                connection.appended(workload.putSet(connection.output(), connection.outputOffset(), index + i));
            }
            connection.flush();
            for (int i = 0; i < count; i++)
            {
                takeAnswer(connection, workload);
            }
        }
    }

    private static void takeAnswer(final LoadConnection connection, final Workload workload) throws IOException
    {
        int length = workload.tryTakeAnswer(connection.input(), connection.inputOffset(), connection.available());
        while (length == 0)
        {
            connection.receive();
            length = workload.tryTakeAnswer(connection.input(), connection.inputOffset(), connection.available());
        }
        connection.taken(length);
    }
}
