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
            int length = workload.tryTakeAnswer(
                connection.input(), connection.inputOffset(), connection.available());
            while (length == 0)
            {
                connection.receive();
                length = workload.tryTakeAnswer(
                    connection.input(), connection.inputOffset(), connection.available());
            }
            connection.taken(length);
        }
    }
}
