package org.velocitydb.server.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * A write that a client has sent, as the model remembers it. Every value is unique, so that whoever reads one knows
 * which write it is of.
 */
final class ModelWrite
{
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
     * @param kind  as on the wire.
     * @param key   of the operation.
     * @param value text of a put, else null.
     */
    record Operation(int kind, String key, String value)
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
