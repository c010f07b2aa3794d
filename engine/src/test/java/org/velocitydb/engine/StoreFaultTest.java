package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.SteppedStore.Answer;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.memtable.Arena;
import org.velocitydb.journal.JournalFailedException;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.StorageException;
import org.velocitydb.journal.storage.StorageFullException;
import org.velocitydb.journal.storage.StorageLockedException;

/**
 * What a store does when the power, the disk or the room on it is gone, when it cannot keep up, and when it is closed.
 */
final class StoreFaultTest
{
    private static final long INTERVAL_NS = 5_000_000;
    private static final String FILLING = "x".repeat(2_000);

    private SteppedStore store;

    private void open(final Consumer<StoreContext> settings)
    {
        store = new SteppedStore(settings);
    }

    private void openPlain()
    {
        open(context -> context.forceIntervalNs(INTERVAL_NS));
    }

    @AfterEach
    void closeWithoutLeaks()
    {
        store.close();
    }

    // --- what survives ---

    @Test
    void shouldKeepWhatWasForcedWhateverTheCrash()
    {
        openPlain();
        for (final CrashMode mode : CrashMode.values())
        {
            final Answer answer = store.put("k" + mode, "v");
            assertEquals(Durability.GROUP, answer.get().durability());
            store.crashAndReopen(mode);
            assertEquals("v", store.get("k" + mode), mode.name());
        }
    }

    @Test
    void shouldKeepWhatWasNotForcedOverTheDeathOfTheProcessAlone()
    {
        openPlain();
        final Answer answer = store.send(SteppedStore.putOf("a", "1"), Durability.NONE);
        store.stepWriter();
        assertEquals(Durability.NONE, answer.get().durability());
        assertEquals(0, store.store().counters().forces());
        assertEquals("1", store.get("a"));

        store.crashAndReopen(CrashMode.PROCESS_ONLY);
        assertEquals("1", store.get("a"));
        // The opening has forced what it showed.
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertEquals("1", store.get("a"));

        store.send(SteppedStore.putOf("b", "1"), Durability.NONE);
        store.stepWriter();
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertNull(store.get("b"));
        assertEquals("1", store.get("a"));
    }

    @Test
    void shouldForceInTheInterval()
    {
        openPlain();
        final Answer answer = store.send(SteppedStore.putOf("a", "1"), Durability.INTERVAL);
        store.stepWriter();
        assertEquals(Durability.INTERVAL, answer.get().durability());

        store.advance(INTERVAL_NS - 1);
        store.send(SteppedStore.putOf("b", "1"), Durability.INTERVAL);
        store.stepWriter();
        assertEquals(0, store.store().counters().forces());
        store.advance(2);
        store.stepWriter();
        assertEquals(1, store.store().counters().forces());
        store.advance(10 * INTERVAL_NS);
        store.stepWriter();
        assertEquals(1, store.store().counters().forces(), "nothing to force");

        store.crashAndReopen(CrashMode.ALL_LOST);
        assertEquals(List.of("a=1", "b=1"), store.scan());
    }

    @Test
    void shouldForceInTheIntervalAcrossTheClocksWrap()
    {
        openPlain();
        store.setClock(Long.MAX_VALUE - 1);
        store.send(SteppedStore.putOf("a", "1"), Durability.INTERVAL);
        store.stepWriter();
        store.advance(INTERVAL_NS);
        store.stepWriter();
        assertEquals(0, store.store().counters().forces());
        store.advance(1);
        store.stepWriter();
        assertEquals(1, store.store().counters().forces());
    }

    @Test
    void shouldSayThatAllOfAGroupIsDurableWhereOneAskedForIt()
    {
        openPlain();
        final Answer careless = store.send(SteppedStore.putOf("a", "1"), Durability.NONE);
        final Answer careful = store.send(SteppedStore.putOf("b", "1"), Durability.GROUP);
        store.stepWriter();

        assertEquals(Durability.GROUP, careless.get().durability());
        assertEquals(Durability.GROUP, careful.get().durability());
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertEquals(List.of("a=1", "b=1"), store.scan());
    }

    /** Flushed tables are ahead of the forced journal then, and the journal has to begin anew behind them. */
    @Test
    void shouldRecoverAPrefixWhereTablesAreAheadOfTheJournal()
    {
        open(context -> context.memtableEntryCountMax(10).durability(Durability.NONE));
        for (final CrashMode mode : CrashMode.values())
        {
            final long before = store.sequence();
            for (int i = 0; i < 95; i++)
            {
                store.put(mode + "-" + i, "v");
                store.stepMaintenance();
                store.stepMaintenance();
            }
            store.crashAndReopen(mode);

            final int recovered = (int) (store.sequence() - before);
            for (int i = 0; i < 95; i++)
            {
                assertEquals(i < recovered ? "v" : null, store.get(mode + "-" + i), mode + ", i=" + i);
            }
            assertEquals(CommandStatus.APPLIED, store.put("next", mode.name()).status());
        }
    }

    /**
     * The journal holds a batch that was never forced; the process dies, and while the next one reads the journal into
     * a small memtable the power fails, at each operation in turn. Half of the batch must not be left in a table.
     */
    @Test
    void shouldNotTearABatchWhenThePowerFailsInRecovery()
    {
        for (int operation = 1; operation < 60; operation++)
        {
            open(context -> context.memtableEntryCountMax(4).durability(Durability.NONE));
            final WriteBatch batch = new WriteBatch();
            for (int i = 0; i < 6; i++)
            {
                batch.put(0, SteppedStore.bytes("pair" + i), SteppedStore.bytes("v"));
            }
            store.put("first", "v");
            store.write(batch);
            store.put("last", "v");
            store.crash(CrashMode.PROCESS_ONLY);

            store.storage().failAt(store.storage().operations() + operation, Fault.CRASH);
            try
            {
                store.open();
                store.crash(CrashMode.ALL_LOST);
            }
            catch (final SimulatedCrashException ex)
            {
                store.storage().crash(CrashMode.ALL_LOST);
            }
            store.open();

            final long pairs = store.scan().stream().filter(entry -> entry.startsWith("pair")).count();
            assertTrue(pairs == 0 || pairs == 6, "operation=" + operation + ", pairs=" + pairs);
            store.takeErrors();
            store.close();
        }
    }

    // --- a full disk ---

    @Test
    void shouldRefuseWritesOnAFullDiskReadOnAndRecover()
    {
        openPlain();
        store.put("before", "1");
        store.storage().capacityBytes(SteppedStore.SEGMENT_LENGTH * 2L);

        final List<String> acknowledged = new ArrayList<>();
        Answer answer = store.put("fill0", FILLING);
        for (int i = 1; answer.status() == CommandStatus.APPLIED; i++)
        {
            acknowledged.add("fill" + (i - 1));
            answer = store.put("fill" + i, FILLING);
            store.stepMaintenance();
        }

        assertEquals(CommandStatus.DISK_FULL, answer.status());
        assertTrue(answer.status().isDefinite());
        assertTrue(store.store().isDiskFull());
        assertNull(store.store().failure());
        assertNull(store.get("fill" + acknowledged.size()), "what was refused has left no trace");
        assertEquals("1", store.get("before"));

        store.storage().capacityBytes(Long.MAX_VALUE);
        store.settle();
        assertFalse(store.store().isDiskFull());
        assertEquals(CommandStatus.APPLIED, store.put("after", "1").status());

        store.crashAndReopen(CrashMode.ALL_LOST);
        acknowledged.forEach(key -> assertEquals(FILLING, store.get(key), key));
        assertEquals("1", store.get("after"));
    }

    @Test
    void shouldRefuseWritesWhereThereIsNoRoomForAFlush()
    {
        open(context -> context.memtableEntryCountMax(5).frozenMemtableCountMax(1));
        store.storage().capacityBytes(0);
        for (int i = 0; i < 6; i++)
        {
            store.put("k" + i, "v");
        }
        final Answer waiting = store.send(SteppedStore.putOf("waiting", "v"));
        store.stepWriter();
        assertFalse(waiting.isThere(), "the writer waits for the flush");

        for (int i = 0; i < 10; i++)
        {
            store.stepMaintenance();
            store.stepWriter();
        }

        assertEquals(CommandStatus.DISK_FULL, waiting.status());
        assertEquals("v", store.get("k0"));
        store.storage().capacityBytes(Long.MAX_VALUE);
        store.settle();
        assertEquals(CommandStatus.APPLIED, store.put("waiting", "v").status());
    }

    /** Without an answer the writes would wait for as long as the disk is full. */
    @Test
    void shouldRefuseWritesWhereThereIsNoRoomForTheCompactionThatTheyWaitFor()
    {
        open(context -> context.memtableEntryCountMax(10).compactionThreshold(2));
        final int level0TableCountMax = 2 * StoreConfiguration.LEVEL_0_STALL_FACTOR;
        for (int i = 0; level0TableCount() < level0TableCountMax; i++)
        {
            // So that the writer may take the next one, although it is slowed down by now.
            store.advance(10_000_000);
            store.put("k" + i, FILLING);
            while (store.store().statistics().frozenMemtables() > 0)
            {
                store.stepFlushes();
                store.stepWriter();
            }
        }
        // So that the journal has given back what it does not need any more.
        for (int i = 0; i < 10; i++)
        {
            store.stepFlushes();
        }
        limitUsableBytes(100);
        final Answer waiting = store.send(SteppedStore.putOf("waiting", "v"));
        store.stepWriter();
        assertFalse(waiting.isThere(), "the writer waits for the compaction");

        for (int i = 0; i < 50; i++)
        {
            store.stepMaintenance();
            store.stepWriter();
        }

        assertEquals(CommandStatus.DISK_FULL, waiting.status());
        assertEquals(FILLING, store.get("k0"));
        store.storage().capacityBytes(Long.MAX_VALUE);
        store.settle();
        assertEquals(CommandStatus.APPLIED, store.put("waiting", "v").status());
        assertTrue(level0TableCount() < level0TableCountMax);
    }

    /** A merge that took the reserve would make the disk full for as long as it lasts, and the next would again. */
    @Test
    void shouldBeginNoMergeThatWouldEatIntoTheReserve()
    {
        open(context -> context.memtableEntryCountMax(20).compactionThreshold(4));
        for (int i = 0; level0TableCount() < 3; i++)
        {
            store.put("k" + i, FILLING);
            store.settle();
        }
        final long marginBytes = 2L * SteppedStore.SEGMENT_LENGTH;
        limitUsableBytes(SteppedStore.SEGMENT_LENGTH + marginBytes + tableBytes());
        for (int i = 0; level0TableCount() < 4; i++)
        {
            store.settle();
            assertEquals(CommandStatus.APPLIED, store.put("more" + i, FILLING).status(), "more" + i);
        }

        for (int i = 0; i < 10; i++)
        {
            store.settle();
            assertFalse(store.store().isDiskFull(), "usable=" + store.storage().usableBytes());
        }
        assertEquals(4, level0TableCount());
        assertEquals(0, store.store().counters().compaction().fullDisks(), "no merge was tried");

        store.storage().capacityBytes(Long.MAX_VALUE);
        store.settle();
        assertTrue(level0TableCount() < 4);
    }

    /** What a flush needed and did not get is free again as soon as it is given up, and the next one needs it again. */
    @Test
    void shouldStayFullWhileThereIsLessThanTheFlushNeedsThatIsWaitedFor()
    {
        open(context -> context.memtableEntryCountMax(200).frozenMemtableCountMax(1).compactionThreshold(100));
        for (int i = 0; i < 150; i++)
        {
            assertEquals(CommandStatus.APPLIED, store.put("k" + i, FILLING).status());
            stepAll();
        }
        // The reserve is a tenth of this, and the margin two segments.
        limitUsableBytes(5 * SteppedStore.SEGMENT_LENGTH);
        CommandStatus status = CommandStatus.APPLIED;
        for (int i = 0; status == CommandStatus.APPLIED; i++)
        {
            status = store.put("more" + i, FILLING).status();
            stepAll();
        }
        assertEquals(CommandStatus.DISK_FULL, status);

        for (int i = 0; i < 10; i++)
        {
            store.settle();
            assertTrue(store.store().isDiskFull(), "round " + i + ", usable=" + store.storage().usableBytes());
        }
        assertToldOnceThatTheDiskIsFull();

        store.storage().capacityBytes(Long.MAX_VALUE);
        store.settle();
        assertEquals(CommandStatus.APPLIED, store.put("after", "1").status());
    }

    private void assertToldOnceThatTheDiskIsFull()
    {
        final List<Throwable> errors = store.takeErrors();
        assertEquals(1, errors.size(), errors.toString());
        assertInstanceOf(StorageFullException.class, errors.get(0));
    }

    private void limitUsableBytes(final long usableBytes)
    {
        store.storage().capacityBytes(Long.MAX_VALUE);
        store.storage().capacityBytes(Long.MAX_VALUE - store.storage().usableBytes() + usableBytes);
    }

    private long tableBytes()
    {
        return store.store().statistics().tableBytes();
    }

    private int level0TableCount()
    {
        return store.store().statistics().levelTableCounts().get(0);
    }

    @Test
    void shouldTakeDeletesOnAFullDiskUntilItIsNotFullAnyMore()
    {
        open(context -> context.memtableBytesMax(64 * 1024).compactionThreshold(4));
        final int keyCount = 1_000;
        for (int i = 0; i < keyCount; i++)
        {
            store.advance(10_000_000);
            assertEquals(CommandStatus.APPLIED, store.put("k" + i, FILLING).status());
            stepAll();
        }
        store.settle();
        final long roomBytes = 4 * SteppedStore.SEGMENT_LENGTH;
        store.storage().capacityBytes(Long.MAX_VALUE - store.storage().usableBytes() + roomBytes);
        int refused = 0;
        for (int i = 0; refused < 3; i++)
        {
            store.advance(100_000_000);
            refused += store.put("more" + i, FILLING).status() == CommandStatus.DISK_FULL ? 1 : 0;
            stepAll();
        }
        assertTrue(store.store().isDiskFull());
        assertToldOnceThatTheDiskIsFull();

        for (int i = 0; i < keyCount; i++)
        {
            store.advance(10_000_000);
            final CommandStatus status = store.write(new WriteBatch().delete(0, SteppedStore.bytes("k" + i))).status();
            assertEquals(CommandStatus.APPLIED, status, "delete " + i);
            stepAll();
        }
        for (int i = 0; i < 10; i++)
        {
            store.settle();
        }

        assertFalse(store.store().isDiskFull(),
            "usable=" + store.storage().usableBytes() + ", " + store.store().statistics());
        assertEquals(CommandStatus.APPLIED, store.put("after", "1").status());
        assertNull(store.get("k1"));
        assertEquals("1", store.get("after"));
    }

    private void stepAll()
    {
        for (int i = 0; i < 20; i++)
        {
            store.stepMaintenance();
            store.stepWriter();
        }
    }

    // --- a disk that fails ---

    @Test
    void shouldRefuseWritesInsteadOfLettingThemWaitForFlushesThatKeepFailing()
    {
        open(context -> context.memtableEntryCountMax(2).frozenMemtableCountMax(1));
        // The journal has its spare segments, so what fails below are flushes.
        store.settle();
        for (int i = 0; i < 2; i++)
        {
            store.put("k" + i, "v");
        }
        final Answer third = store.send(SteppedStore.putOf("third", "v"));
        store.stepWriter();
        assertEquals(CommandStatus.APPLIED, third.status());
        final Answer waiting = store.send(SteppedStore.putOf("waiting", "v"));
        store.stepWriter();
        assertFalse(waiting.isThere(), "the memtable is full, and the one before is not flushed");

        for (int attempt = 0; attempt < StoreMaintenance.ATTEMPT_COUNT; attempt++)
        {
            assertNull(store.store().maintenanceFailure(), "attempt=" + attempt);
            assertFalse(waiting.isThere());
            store.advance(RetryTimer.LONGEST_PAUSE_NS);
            store.storage().failAt(store.storage().operations() + 1, Fault.FORCE_FAILS);
            while (store.takeErrors().isEmpty())
            {
                store.stepMaintenance();
            }
        }
        store.stepWriter();

        assertInstanceOf(StorageException.class, store.store().maintenanceFailure());
        assertEquals(CommandStatus.STORAGE_FAILED, waiting.status());
        assertEquals(1, store.store().counters().refusedBacklog());
        assertNull(store.store().failure(), "reads go on");
        assertEquals("v", store.get("k0"));

        store.advance(RetryTimer.LONGEST_PAUSE_NS);
        store.settle();
        assertNull(store.store().maintenanceFailure());
        assertEquals(CommandStatus.APPLIED, store.put("waiting", "v").status());
    }

    @Test
    void shouldStopWhenTheJournalCannotBeForced()
    {
        openPlain();
        store.put("before", "1");
        store.storage().failAt(store.storage().operations() + 1, Fault.FORCE_FAILS);
        final Answer first = store.send(SteppedStore.putOf("a", "1"));
        final Answer second = store.send(SteppedStore.putOf("b", "1"), Durability.NONE);
        final Answer failed = store.send(
            SteppedStore.putIf(
                OperationDescriptor.CONDITION_PRESENT, 0, "absent", "1"));

        store.stepWriter();

        assertEquals(CommandStatus.STORAGE_FAILED, first.status());
        assertEquals(CommandStatus.STORAGE_FAILED, second.status());
        assertEquals(CommandStatus.STORAGE_FAILED, failed.status(), "it was judged by what may not be there");
        assertInstanceOf(JournalFailedException.class, store.store().failure());
        assertSame(store.store().failure(), store.takeErrors().get(0));
        assertNull(store.get("a"), "nobody knows whether it is on the disk");
        assertEquals("1", store.get("before"));
        assertEquals(CommandStatus.CLOSED, store.put("c", "1").status());

        store.settle();
        assertTrue(store.takeErrors().isEmpty());
        store.crashAndReopen(CrashMode.ALL_LOST);
        assertEquals("1", store.get("before"));
        assertNull(store.get("c"));
        assertEquals(CommandStatus.APPLIED, store.put("d", "1").status());
    }

    @Test
    void shouldStopWhenAForceThatIsDueFails()
    {
        openPlain();
        store.send(SteppedStore.putOf("a", "1"), Durability.INTERVAL);
        store.stepWriter();
        store.storage().failAt(store.storage().operations() + 1, Fault.FORCE_FAILS);
        store.advance(INTERVAL_NS + 1);
        store.stepWriter();

        assertNotNull(store.store().failure());
        assertEquals(CommandStatus.CLOSED, store.put("b", "1").status());
        assertEquals(1, store.takeErrors().size());
    }

    /** The group that ends to make room for a large command cannot be forced: the large one must not be done either. */
    @Test
    void shouldNotFreezeAMemtableWhoseGroupDidNotReachTheJournal()
    {
        open(context -> context.memtableEntryCountMax(2));
        final List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++)
        {
            answers.add(store.send(SteppedStore.putOf("k" + i, "v")));
        }
        store.storage().failAt(store.storage().operations() + 1, Fault.FORCE_FAILS);

        store.stepWriter();

        assertEquals(CommandStatus.STORAGE_FAILED, answers.get(0).status());
        assertEquals(CommandStatus.STORAGE_FAILED, answers.get(1).status());
        assertEquals(CommandStatus.CLOSED, answers.get(2).status());
        assertEquals(CommandStatus.CLOSED, answers.get(3).status());
        assertEquals(0, store.store().counters().memtablesFrozen());
        assertEquals(1, store.takeErrors().size());
    }

    /** Such as memory that runs out, or an assertion: the ring would show the command again, half applied. */
    @Test
    void shouldStopAtAnErrorInsteadOfApplyingTwice()
    {
        final boolean[] isBroken = { false };
        open(context -> context.epochClock(() ->
        {
            if (isBroken[0])
            {
                throw new AssertionError("broken on purpose");
            }
            return 1;
        }));
        store.put("before", "1");
        isBroken[0] = true;

        final Answer answer = store.put("a", "1");

        isBroken[0] = false;
        assertEquals(CommandStatus.STORAGE_FAILED, answer.status());
        assertInstanceOf(AssertionError.class, store.store().failure());
        assertEquals(CommandStatus.CLOSED, store.put("b", "1").status());
        store.takeErrors();
        store.reopen();
        assertEquals("1", store.get("before"));
        assertEquals(CommandStatus.APPLIED, store.put("b", "1").status());
    }

    @Test
    void shouldStopWhenTheManifestCannotBeWritten()
    {
        int stopped = 0;
        for (int operation = 1; operation < 40; operation++)
        {
            open(context -> context.memtableEntryCountMax(5));
            for (int i = 0; i < 8; i++)
            {
                store.put("k" + i, "v");
            }
            store.storage().failAt(store.storage().operations() + operation, Fault.FORCE_FAILS);
            store.settle();
            if (store.store().failure() != null)
            {
                stopped++;
                assertEquals(CommandStatus.CLOSED, store.put("after", "v").status());
            }
            for (int i = 0; i < 8; i++)
            {
                assertEquals("v", store.get("k" + i), "operation=" + operation);
            }
            store.takeErrors();
            store.crashAndReopen(CrashMode.ALL_LOST);
            for (int i = 0; i < 8; i++)
            {
                assertEquals("v", store.get("k" + i), "after a crash, operation=" + operation);
            }
            store.takeErrors();
            store.close();
        }
        assertTrue(stopped > 0, "no force of the manifest was met");
    }

    @Test
    void shouldLeaveNothingOpenWhereverOpeningFails()
    {
        open(context -> context.memtableEntryCountMax(5));
        for (int i = 0; i < 30; i++)
        {
            store.put("k" + i, "v");
            store.stepMaintenance();
        }
        store.crash(CrashMode.PROCESS_ONLY);
        for (int operation = 1; operation < 60; operation++)
        {
            store.storage().failAt(store.storage().operations() + operation, Fault.FORCE_FAILS);
            final long arenas = Arena.openCount();
            try
            {
                store.open();
                store.shut();
            }
            catch (final StorageException ex)
            {
                assertNotNull(ex.getMessage());
            }
            assertEquals(0, store.storage().openHandles(), "operation=" + operation);
            assertEquals(arenas, Arena.openCount(), "operation=" + operation);
            store.takeErrors();
            store.storage().crash(CrashMode.PROCESS_ONLY);
        }
    }

    // --- stalls ---

    @Test
    void shouldHoldCommandsBackWhileFlushesAreBehind()
    {
        open(context -> context.memtableEntryCountMax(2).frozenMemtableCountMax(2));
        final List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++)
        {
            answers.add(store.send(SteppedStore.putOf("k" + i, "v")));
        }
        for (int i = 0; i < 5; i++)
        {
            store.stepWriter();
        }
        assertEquals(5, answers.stream().filter(Answer::isThere).count());
        assertEquals(1, store.store().counters().stalls());
        assertEquals(2, store.store().statistics().frozenMemtables());

        store.settle();

        answers.forEach(answer -> assertEquals(CommandStatus.APPLIED, answer.status()));
        assertEquals(0, store.store().statistics().frozenMemtables());
    }

    @Test
    void shouldForceWhatIsDueWhileItHoldsCommandsBack()
    {
        open(context -> context.memtableEntryCountMax(1).frozenMemtableCountMax(1).forceIntervalNs(INTERVAL_NS));
        store.send(SteppedStore.putOf("a", "1"), Durability.INTERVAL);
        store.send(SteppedStore.putOf("b", "1"), Durability.INTERVAL);
        final Answer waiting = store.send(SteppedStore.putOf("c", "1"), Durability.INTERVAL);
        store.stepWriter();
        assertFalse(waiting.isThere());

        store.advance(INTERVAL_NS + 1);
        store.stepWriter();

        assertFalse(waiting.isThere());
        assertEquals(1, store.store().counters().forces());
    }

    // --- opening and closing ---

    @Test
    void shouldRefuseASecondOpeningAndNameTheHolder()
    {
        openPlain();
        final StorageLockedException refused = assertThrows(
            StorageLockedException.class,
            () -> Store.open(
                new StoreContext().storage(store.storage()).errorHandler(ex -> store.takeErrors()).isInvoked(true)));

        assertTrue(
            refused.getMessage().contains("pid " + ProcessHandle.current().pid()), refused.getMessage());
        assertEquals(CommandStatus.APPLIED, store.put("a", "1").status());
    }

    @Test
    void shouldAnswerAllThatIsOutstandingWhenItIsClosed()
    {
        open(context -> context.memtableEntryCountMax(1).frozenMemtableCountMax(1));
        final List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 2_000; i++)
        {
            answers.add(store.send(SteppedStore.putOf("k" + i, "v")));
        }
        store.stepWriter();
        store.shut();

        assertEquals(CommandStatus.APPLIED, answers.get(0).status());
        final long refused = answers.stream().filter(answer -> answer.status() == CommandStatus.CLOSED).count();
        final long applied = answers.stream().filter(answer -> answer.status() == CommandStatus.APPLIED).count();
        assertEquals(2_000, refused + applied);
        store.open();
        assertEquals(applied, store.scan().size());
    }

    @Test
    void shouldForceTheJournalWhenItIsClosed()
    {
        openPlain();
        store.send(SteppedStore.putOf("a", "1"), Durability.NONE);
        store.stepWriter();
        store.shut();
        store.storage().crash(CrashMode.ALL_LOST);
        store.open();

        assertEquals("1", store.get("a"));
    }

    @Test
    void shouldCloseInTheMiddleOfAFlushAndACompaction()
    {
        for (int steps = 0; steps < 60; steps += 3)
        {
            open(context -> context.memtableEntryCountMax(5).compactionThreshold(2));
            for (int i = 0; i < 60; i++)
            {
                final Answer answer = store.put("k" + i, "v");
                store.stepMaintenance();
                while (!answer.isThere())
                {
                    store.advance(1_000_000);
                    store.stepMaintenance();
                    store.stepWriter();
                }
            }
            for (int i = 0; i < steps; i++)
            {
                store.stepMaintenance();
            }
            store.reopen();
            assertEquals(60, store.scan().size(), "steps=" + steps);
            store.close();
        }
    }

    @Test
    void shouldRefuseCallsAfterTheClose()
    {
        openPlain();
        final Store closed = store.store();
        store.shut();

        assertEquals(
            CommandStatus.CLOSED,
            assertThrows(StoreException.class, () -> closed.get(new byte[1])).status());
        assertEquals(
            CommandStatus.CLOSED,
            assertThrows(StoreException.class, () -> closed.put(new byte[1], new byte[1])).status());
        closed.close();
        store.open();
    }
}
