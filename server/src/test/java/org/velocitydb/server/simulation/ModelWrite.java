package org.velocitydb.server.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * A write that a client has sent, as the model remembers it. Every value is unique, so that whoever reads one knows
 * which write it is of.
 */
final class ModelWrite
{
    /** A table is made, which {@link Operation#key()} names. */
    static final int KIND_CREATE = 101;
    /** A table is dropped, which {@link Operation#key()} names. */
    static final int KIND_DROP = 102;

    /** What is known of the write. */
    enum Fate
    {
        /** Sent, and no answer yet: it may be applied at any time. */
        PENDING,
        /** Known to be applied, and at which sequences. */
        APPLIED,
        /** Known not to be applied. */
        NOT_DONE,
        /** The connection or the node went down before the answer: it may have been applied, but will not be. */
        UNKNOWN
    }

    /**
     * One operation.
     *
     * @param kind     as on the wire, or one of the above.
     * @param keyspace id that it is sent to; 0 where the table is kv or is named.
     * @param key      of the operation, as the model calls it; the table's name where one is made or dropped.
     * @param value    text of a put, else null.
     */
    record Operation(int kind, int keyspace, String key, String value)
    {
    }

    private final List<Operation> operations = new ArrayList<>();
    private Fate fate = Fate.PENDING;
    private long firstSequence;

    List<Operation> operations()
    {
        return operations;
    }

    Fate fate()
    {
        return fate;
    }

    void fate(final Fate next)
    {
        fate = next;
    }

    void applied(final long sequence)
    {
        fate = Fate.APPLIED;
        firstSequence = sequence;
    }

    /** Sequence of the first operation of a write that was applied. */
    long firstSequence()
    {
        return firstSequence;
    }
}
