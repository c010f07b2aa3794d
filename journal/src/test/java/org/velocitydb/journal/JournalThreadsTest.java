package org.velocitydb.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.journal.storage.FileStorage;

/**
 * The writer rolls and purges as fast as it can while another thread prepares and recycles, on a real disk.
 */
class JournalThreadsTest
{
    private static final int RECORD_COUNT = 600;
    private static final int KEPT_COUNT = 20;
    private static final int SHRINK_INTERVAL = 100;

    @TempDir
    private Path directory;

    @Test
    void shouldRollWhileAnotherThreadPrepares() throws InterruptedException
    {
        final FileStorage storage = new FileStorage(directory);
        final JournalFixture fixture = new JournalFixture(storage, 1).open(1);
        final AtomicBoolean isStopping = new AtomicBoolean();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread background = new Thread(() -> prepareUntil(fixture.journal(), isStopping), "prepare");
        background.setUncaughtExceptionHandler((thread, ex) -> failure.set(ex));
        background.start();

        for (int i = 1; i <= RECORD_COUNT; i++)
        {
            fixture.write(i, 3000);
            fixture.journal().purge(Math.max(1, i - KEPT_COUNT));
        }
        isStopping.set(true);
        background.join();

        assertNull(failure.get());
        fixture.prepareAll();
        fixture.journal().close();
        fixture.open(RECORD_COUNT - KEPT_COUNT);
        assertEquals(KEPT_COUNT + 1, fixture.replayed().size());
        assertTrue(storage.list("journal").size() < KEPT_COUNT + 6, storage.list("journal").toString());
        fixture.journal().close();
    }

    @Test
    void shouldGrowAndShrinkWhileAnotherThreadPrepares() throws InterruptedException
    {
        final FileStorage storage = new FileStorage(directory);
        final JournalFixture fixture = new JournalFixture(storage, 1).segmentLength(128 * 1024).open(1);
        final AtomicBoolean isStopping = new AtomicBoolean();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread background = new Thread(() -> prepareUntil(fixture.journal(), isStopping), "prepare");
        background.setUncaughtExceptionHandler((thread, ex) -> failure.set(ex));
        background.start();

        int shrinkCount = 0;
        for (int i = 1; i <= RECORD_COUNT; i++)
        {
            fixture.write(i, 3000);
            if (i % SHRINK_INTERVAL == 0)
            {
                fixture.journal().purge(i + 1);
                shrinkCount += fixture.journal().shrink() ? 1 : 0;
            }
        }
        isStopping.set(true);
        background.join();

        assertNull(failure.get());
        fixture.prepareAll();
        assertEquals(List.of((long) JournalFixture.SEGMENT_LENGTH), fixture.lengths(""));
        assertTrue(shrinkCount > 0, "shrunk=" + shrinkCount);
        fixture.journal().close();
        assertEquals(0, fixture.open(RECORD_COUNT + 1).replayed().size());
        fixture.journal().close();
    }

    private static void prepareUntil(final Journal journal, final AtomicBoolean isStopping)
    {
        while (!isStopping.get())
        {
            if (journal.prepare() == 0)
            {
                Thread.yield();
            }
        }
    }
}
