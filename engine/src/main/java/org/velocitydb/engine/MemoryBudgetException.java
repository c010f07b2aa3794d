package org.velocitydb.engine;

/**
 * The settings of a store need more memory than its budget. The message tells what each part needs.
 */
public final class MemoryBudgetException extends IllegalArgumentException
{
    private static final long serialVersionUID = 1L;

    MemoryBudgetException(final String message)
    {
        super(message);
    }
}
