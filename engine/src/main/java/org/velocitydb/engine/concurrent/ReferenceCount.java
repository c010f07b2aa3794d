package org.velocitydb.engine.concurrent;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many hold something that goes when the last of them lets go. It begins with one: whoever made it. Any thread.
 */
public final class ReferenceCount
{
    private final AtomicInteger count = new AtomicInteger(1);
    private final String what;

    /**
     * One reference.
     *
     * @param what is held, for messages.
     */
    public ReferenceCount(final String what)
    {
        this.what = what;
    }

    /**
     * Takes another reference. Only who knows that one is held may call.
     *
     * @throws IllegalStateException when there was none.
     */
    public void retain()
    {
        if (count.getAndIncrement() <= 0)
        {
            count.getAndDecrement();
            throw new IllegalStateException("no longer referenced: " + what);
        }
    }

    /**
     * Gives a reference back.
     *
     * @return true if it was the last one.
     * @throws IllegalStateException when there was none.
     */
    public boolean release()
    {
        final int left = count.decrementAndGet();
        if (left < 0)
        {
            throw new IllegalStateException("released more often than retained: " + what);
        }
        return left == 0;
    }
}
