package org.velocitydb.engine.command;

/**
 * What became of one command, told to whoever sent it. A mutable record that its owner reuses: copy what must outlive
 * the call.
 */
public final class Completion
{
    /** {@link #takenNs()} where nobody looked at the clock. */
    public static final long NULL_TIME = Long.MIN_VALUE;

    private long token;
    private long correlationId;
    private int tag;
    private CommandStatus status = CommandStatus.CLOSED;
    private Durability durability = Durability.NONE;
    private boolean isReplay;
    private int appliedCount;
    private int failedOperation;
    private long sequence;
    private long foundVersion;
    private long counterValue;
    private int keyspace;
    private CommandResults results;
    private long takenNs = NULL_TIME;
    private int applyUs;
    private int journalUs;
    private int forceUs;

    /**
     * Says whom the completion is for, in the sender's own words.
     *
     * @param slot that carried the command.
     */
    public void address(final CommandSlot slot)
    {
        token = slot.token();
        correlationId = slot.correlationId();
        tag = slot.tag();
    }

    /**
     * Fills in an outcome of which nothing more is to be said.
     *
     * @param outcome other than applied.
     */
    public void outcome(final CommandStatus outcome)
    {
        status = outcome;
        durability = Durability.NONE;
        isReplay = false;
        appliedCount = 0;
        failedOperation = 0;
        sequence = 0;
        foundVersion = 0;
        counterValue = 0;
        keyspace = 0;
        results = null;
    }

    /**
     * Fills in that the command was done. The durability is known once its group is.
     *
     * @param count        of the operations that were done.
     * @param lastSequence of the last of them.
     */
    public void applied(final int count, final long lastSequence)
    {
        outcome(CommandStatus.APPLIED);
        appliedCount = count;
        sequence = lastSequence;
    }

    /**
     * Adds what the last increment of a command that was done has come to.
     *
     * @param value the sum.
     */
    public void counter(final long value)
    {
        counterValue = value;
    }

    /**
     * Adds which keyspace a command that was done has made, or found.
     *
     * @param id of the keyspace.
     */
    public void keyspace(final int id)
    {
        keyspace = id;
    }

    /**
     * Adds the results of an evaluated command.
     *
     * @param told one for each operation, or null.
     */
    public void results(final CommandResults told)
    {
        results = told;
    }

    /**
     * The results of an evaluated command that asked for them. Whoever takes the completion releases them.
     *
     * @return one for each operation, or null.
     */
    public CommandResults results()
    {
        return results;
    }

    /**
     * Fills in that an operation forbids the whole command.
     *
     * @param outcome        a judged status other than applied.
     * @param operation      index of the operation.
     * @param judgedSequence newest sequence when it was judged.
     */
    public void refused(final CommandStatus outcome, final int operation, final long judgedSequence)
    {
        outcome(outcome);
        sequence = judgedSequence;
        failedOperation = operation;
    }

    /**
     * Fills in that a condition did not hold.
     *
     * @param operation      index of the operation whose condition it was.
     * @param version        of its key, 0 where it is absent.
     * @param judgedSequence newest sequence when it was judged.
     */
    public void conditionFailed(final int operation, final long version, final long judgedSequence)
    {
        refused(CommandStatus.CONDITION_FAILED, operation, judgedSequence);
        foundVersion = version;
    }

    /**
     * Marks the answer as the remembered one of an earlier request of the same id.
     */
    public void replayed()
    {
        isReplay = true;
    }

    /**
     * Fills in how durable the group is.
     *
     * @param reached what the writer did.
     */
    public void durability(final Durability reached)
    {
        durability = reached;
    }

    /**
     * Fills in where the time went.
     *
     * @param taken   by the writer, on the store's monotonic clock, or {@link #NULL_TIME}.
     * @param apply   microseconds until the group was complete.
     * @param journal microseconds in which its record was written.
     * @param force   microseconds in which it was forced.
     */
    public void stages(final long taken, final int apply, final int journal, final int force)
    {
        takenNs = taken;
        applyUs = apply;
        journalUs = journal;
        forceUs = force;
    }

    /**
     * Takes over another completion's content.
     *
     * @param other to copy from.
     */
    public void copyFrom(final Completion other)
    {
        token = other.token;
        correlationId = other.correlationId;
        tag = other.tag;
        status = other.status;
        durability = other.durability;
        isReplay = other.isReplay;
        appliedCount = other.appliedCount;
        failedOperation = other.failedOperation;
        sequence = other.sequence;
        foundVersion = other.foundVersion;
        counterValue = other.counterValue;
        keyspace = other.keyspace;
        results = other.results;
        takenNs = other.takenNs;
        applyUs = other.applyUs;
        journalUs = other.journalUs;
        forceUs = other.forceUs;
    }

    /**
     * Whether it is known where the time went; see {@link org.velocitydb.engine.Store#timeGroups(boolean)}.
     *
     * @return true if the times below say something.
     */
    public boolean isTimed()
    {
        return takenNs != NULL_TIME;
    }

    /**
     * When the writer took the command from the ring.
     *
     * @return on the store's monotonic clock, or {@link #NULL_TIME}.
     */
    public long takenNs()
    {
        return takenNs;
    }

    /**
     * How long its group then took until it was complete: judged, and put into memory.
     *
     * @return microseconds.
     */
    public int applyUs()
    {
        return applyUs;
    }

    /**
     * How long the group's record took to be written, where that was a call of its own.
     *
     * @return microseconds.
     */
    public int journalUs()
    {
        return journalUs;
    }

    /**
     * How long the group took to be forced.
     *
     * @return microseconds; 0 where it was not.
     */
    public int forceUs()
    {
        return forceUs;
    }

    /**
     * The sender's first word, such as a session id.
     *
     * @return as given with the command.
     */
    public long token()
    {
        return token;
    }

    /**
     * The sender's second word, such as the request's correlation id.
     *
     * @return as given with the command.
     */
    public long correlationId()
    {
        return correlationId;
    }

    /**
     * The sender's third word, such as the form of the answer.
     *
     * @return as given with the command.
     */
    public int tag()
    {
        return tag;
    }

    /**
     * What became of the command.
     *
     * @return the status.
     */
    public CommandStatus status()
    {
        return status;
    }

    /**
     * How durable the change is now.
     *
     * @return what was reached; never {@link Durability#STORE_DEFAULT}.
     */
    public Durability durability()
    {
        return durability;
    }

    /**
     * Whether this is the remembered answer of an earlier request of the same id.
     *
     * @return true where nothing was done this time.
     */
    public boolean isReplay()
    {
        return isReplay;
    }

    /**
     * How many operations were done.
     *
     * @return the count; smaller than the batch where conditions left some out.
     */
    public int appliedCount()
    {
        return appliedCount;
    }

    /**
     * What the last increment of the command has come to.
     *
     * @return the sum, 0 where nothing was incremented.
     */
    public long counterValue()
    {
        return counterValue;
    }

    /**
     * Which keyspace the command has made, or found where that was enough.
     *
     * @return the id, 0 where none was made.
     */
    public int keyspace()
    {
        return keyspace;
    }

    /**
     * Index of the operation that forbids the command: its condition, its number or its keyspace.
     *
     * @return the index, counted from 0.
     */
    public int failedOperation()
    {
        return failedOperation;
    }

    /**
     * Sequence of the last operation done, which is its version.
     *
     * @return the sequence, 0 where nothing was done.
     */
    public long sequence()
    {
        return sequence;
    }

    /**
     * Version that the failed condition met.
     *
     * @return the version, 0 where the key is absent.
     */
    public long foundVersion()
    {
        return foundVersion;
    }
}
