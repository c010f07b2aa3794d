package org.velocitydb.engine.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicReference;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

final class EpochsTest
{
    private static final int INVOCATIONS = 500;

    private final Epochs epochs = new Epochs();
    private int freedCount;

    @Test
    void shouldFreeWhatWasRetiredWhenNobodyReads()
    {
        epochs.register();
        epochs.retire(() -> freedCount++);

        assertEquals(1, epochs.reclaim());
        assertEquals(1, freedCount);
    }

    @Test
    void shouldKeepWhatWasRetiredAfterAReaderEntered()
    {
        final Epochs.Slot slot = epochs.register();
        slot.enter();
        epochs.retire(() -> freedCount++);

        assertEquals(0, epochs.reclaim());
        slot.exit();

        assertEquals(1, epochs.reclaim());
        assertEquals(0, epochs.retiredCount());
    }

    @Test
    void shouldFreeWhatWasRetiredBeforeAReaderEntered()
    {
        final Epochs.Slot slot = epochs.register();
        epochs.retire(() -> freedCount++);
        slot.enter();

        assertEquals(1, epochs.reclaim());
    }

    @Test
    void shouldKeepNothingForAReaderThatHasGone()
    {
        final Epochs.Slot slot = epochs.register();
        slot.enter();
        epochs.retire(() -> freedCount++);
        slot.unregister();

        assertEquals(1, epochs.reclaim());
    }

    @Test
    void shouldRefuseMoreReadersThanThereAreSlots()
    {
        for (int i = 0; i < Epochs.READER_COUNT_MAX; i++)
        {
            epochs.register();
        }

        assertThrows(IllegalStateException.class, epochs::register);
    }

    @Test
    void shouldGiveASlotThatWasReturnedToTheNext()
    {
        Epochs.Slot last = null;
        for (int i = 0; i < Epochs.READER_COUNT_MAX; i++)
        {
            last = epochs.register();
        }
        last.unregister();

        assertEquals(last, epochs.register());
    }

    /**
     * All interleavings of a reader and a reclaimer: what the reader finds between entering and exiting is never freed
     * under it.
     */
    @Test
    void shouldNeverFreeWhatAReaderHolds()
    {
        Lincheck.runConcurrentTest(INVOCATIONS, () ->
        {
            final Epochs shared = new Epochs();
            final Epochs.Slot slot = shared.register();
            final Resource old = new Resource();
            final AtomicReference<Resource> current = new AtomicReference<>(old);
            final Thread reader = new Thread(() ->
            {
                slot.enter();
                final Resource found = current.getAcquire();
                final boolean wasFreed = found.isFreed;
                final boolean isFreed = found.isFreed;
                slot.exit();
                assertFalse(wasFreed || isFreed, "freed while it was read");
            });
            reader.start();
            current.set(new Resource());
            shared.retire(() -> old.isFreed = true);
            shared.reclaim();
            join(reader);
            shared.reclaim();
            assertTrue(old.isFreed, "still kept with no reader inside");
        });
    }

    private static void join(final Thread thread)
    {
        try
        {
            thread.join();
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static final class Resource
    {
        private volatile boolean isFreed;
    }
}
