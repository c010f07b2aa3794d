package org.velocitydb.perf.peers;

import java.util.SplittableRandom;

import org.velocitydb.perf.peers.Timing.Operation;

/**
 * The operations of one thread on records, each of which checks its answer: what a store left out would show. Owned by
 * the thread that calls them.
 */
final class RecordLoop
{
    private final StoreSession session;
    private final PeerRecords records;
    private final int recordCount;
    private final SplittableRandom random;
    private final byte[] key = new byte[PeerRecords.KEY_LENGTH];
    private final byte[] value = new byte[PeerRecords.VALUE_LENGTH];

    RecordLoop(final StoreSession session, final PeerRecords records, final int recordCount, final long randomSeed)
    {
        this.session = session;
        this.records = records;
        this.recordCount = recordCount;
        random = new SplittableRandom(randomSeed);
    }

    /** Reads any record that is there. */
    Operation getFound()
    {
        return index -> get(random.nextInt(recordCount));
    }

    /** Reads one record after the other, so that caches know them all. */
    Operation getEach()
    {
        return this::get;
    }

    private void get(final long number) throws Exception
    {
        records.key(number, key);
        final int lengthBytes = session.get(key, value);
        if (!records.isValueOf(number, value, lengthBytes))
        {
            throw new IllegalStateException("wrong answer: record=" + number + ", length=" + lengthBytes);
        }
    }

    /** Reads a record that is not there. */
    Operation getMissing()
    {
        return index ->
        {
            final long number = (long) recordCount + random.nextInt(recordCount);
            records.key(number, key);
            final int lengthBytes = session.get(key, value);
            if (lengthBytes != StoreSession.ABSENT)
            {
                throw new IllegalStateException("found what is not there: record=" + number);
            }
        };
    }

    /** Seeks to a record and reads on from it. */
    Operation scan(final int limit)
    {
        final byte[] keys = new byte[limit * PeerRecords.KEY_LENGTH];
        final byte[] values = new byte[limit * PeerRecords.VALUE_LENGTH];
        return index ->
        {
            final long number = random.nextInt(recordCount);
            records.key(number, key);
            final int count = session.scan(key, limit, keys, values);
            // The scan may end early at the last key; its first record is the one that was asked for.
            if (count < 1 || !records.isValueOf(number, values, PeerRecords.VALUE_LENGTH))
            {
                throw new IllegalStateException("wrong scan: record=" + number + ", count=" + count);
            }
        };
    }

    /** Puts any of the records. */
    Operation putAny()
    {
        return index -> put(random.nextInt(recordCount));
    }

    /** Puts one record after the other. */
    Operation putEach()
    {
        return this::put;
    }

    private void put(final long number) throws Exception
    {
        records.key(number, key);
        records.value(number, value);
        session.put(key, value);
    }

    /** Puts all records, one batch after the other; the last may be smaller. */
    Timing fillInBatches(final int batchCount) throws Exception
    {
        final int callCount = (recordCount + batchCount - 1) / batchCount;
        return Timing.times(callCount, new Batches(batchCount)).ofOperations(recordCount);
    }

    /** Puts a record durably. */
    void durablePut(final long number) throws Exception
    {
        records.key(number, key);
        records.value(number, value);
        session.durablePut(key, value);
    }

    private final class Batches implements Operation
    {
        private final int batchCount;
        private byte[][] keys;
        private byte[][] values;

        Batches(final int batchCount)
        {
            this.batchCount = batchCount;
            resize(batchCount);
        }

        private void resize(final int count)
        {
            keys = new byte[count][PeerRecords.KEY_LENGTH];
            values = new byte[count][PeerRecords.VALUE_LENGTH];
        }

        @Override
        public void run(final long index) throws Exception
        {
            final long first = index * batchCount;
            final int count = (int) Math.min(batchCount, recordCount - first);
            if (count != keys.length)
            {
                resize(count);
            }
            for (int i = 0; i < count; i++)
            {
                records.key(first + i, keys[i]);
                records.value(first + i, values[i]);
            }
            session.putBatch(keys, values);
        }
    }
}
