package org.velocitydb.engine.sql;

import org.agrona.DirectBuffer;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;

/**
 * What a SELECT reads: its one table as it was at one moment. Keys are the user's, without a keyspace. The store's
 * reader implements it over a pinned snapshot; the snapshot must stay pinned from {@link SelectExecution#begin} until
 * {@link SelectExecution#close}.
 */
public interface SqlSource
{
    /**
     * Reads one key.
     *
     * @param key    buffer of the key.
     * @param offset of the key.
     * @param length of the key in bytes.
     * @param view   filled if the key has a live value.
     * @return true only if it has.
     */
    boolean get(DirectBuffer key, int offset, int length, EntryView view);

    /**
     * Opens a cursor over live entries. It may stand on tombstones as well, which say so and count as looked at, so
     * that a long run of them does not make a slice long; what they hide is not seen. Its keys are the user's, in what
     * it returns and in what it is asked to seek. Whoever asked closes it.
     *
     * @return the cursor, unpositioned.
     */
    EntryCursor cursor();
}
