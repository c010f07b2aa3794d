package org.velocitydb.server.node;

import java.util.ArrayList;
import java.util.List;

/**
 * What came between MULTI and EXEC: operations, and how each command is to be answered. What all transactions of a loop
 * hold is counted, and bounded.
 */
final class RespTransaction implements AutoCloseable
{
    /** Commands of one transaction. */
    static final int COMMAND_COUNT_MAX = 16 * 1024;
    /** Bytes of a command beside its operations. */
    private static final int PLAN_LENGTH = 64;

    /** What the transactions of one event loop hold together. */
    static final class Budget
    {
        /** Two of the longest, or many short ones. */
        static final long BYTES_MAX = 160L * 1024 * 1024;

        private long usedBytes;

        long usedBytes()
        {
            return usedBytes;
        }
    }

    private final Budget budget;
    private final RespOperations operations = new RespOperations();
    private final List<RespPlan> plans = new ArrayList<>();
    private long heldBytes;
    private boolean isSpoilt;

    RespTransaction(final Budget budget)
    {
        this.budget = budget;
    }

    /**
     * Takes a command.
     *
     * @param plan      of its answer.
     * @param ofCommand its operations.
     * @param lengthMax of all operations together.
     * @return false where that would be too much.
     */
    boolean tryAdd(final RespPlan plan, final RespOperations ofCommand, final int lengthMax)
    {
        final int literalLength = plan.literal() == null ? 0 : plan.literal().length;
        final long added = PLAN_LENGTH + literalLength + ofCommand.lengthBytes();
        if (plans.size() >= COMMAND_COUNT_MAX ||
            (long) operations.lengthBytes() + ofCommand.lengthBytes() > lengthMax ||
            budget.usedBytes + added > Budget.BYTES_MAX)
        {
            return false;
        }
        budget.usedBytes += added;
        heldBytes += added;
        operations.addAll(ofCommand);
        plans.add(plan);
        return true;
    }

    RespOperations operations()
    {
        return operations;
    }

    List<RespPlan> plans()
    {
        return plans;
    }

    /** A command was refused: none of the others will be done. */
    void spoil()
    {
        isSpoilt = true;
    }

    boolean isSpoilt()
    {
        return isSpoilt;
    }

    @Override
    public void close()
    {
        budget.usedBytes -= heldBytes;
        heldBytes = 0;
    }
}
