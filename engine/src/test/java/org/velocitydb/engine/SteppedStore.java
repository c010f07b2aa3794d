package org.velocitydb.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.engine.command.CommandStatus;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.CompletionSink;
import org.velocitydb.engine.command.Durability;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.command.WriteBatch;
import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.EntryView;
import org.velocitydb.engine.memtable.Arena;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * A store on a disk in memory whose agents take a step when the test says so, on the test's thread and clock.
 */
final class SteppedStore implements AutoCloseable
{
    static final int SEGMENT_LENGTH = 64 * 1024;
    private static final int STEPS_UNTIL_SETTLED = 600;
    private static final long NS_PER_MS = 1_000_000;
    private static final long LONG_PAUSE_NS = 1_000_000_000;

    private final long arenasBefore = Arena.openCount();
    private final Consumer<StoreContext> settings;
    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final List<Throwable> errors = new ArrayList<>();
    private Store store;
    private StoreReader reader;
    private long nowNs = 1;
    private long openings;
    /** Called whenever the store looks at the clock, as it does before and after each force. */
    private Runnable onClock = () ->
    {
    };

    /**
     * What a command was answered.
     */
    static final class Answer implements CompletionSink
    {
        private Completion completion;

        @Override
        public void onCompletion(final Completion answer)
        {
            assertNull(completion, "answered twice");
            completion = new Completion();
            completion.copyFrom(answer);
        }

        @Override
        public void onGroupEnd()
        {
            assertNotNull(completion, "the group ended before the answer");
        }

        boolean isThere()
        {
            return completion != null;
        }

        CommandStatus status()
        {
            return get().status();
        }

        Completion get()
        {
            assertNotNull(completion, "not answered");
            return completion;
        }
    }

    SteppedStore(final Consumer<StoreContext> settings)
    {
        this.settings = settings;
        open();
    }

    // --- lives ---

    void open()
    {
        final StoreContext context = new StoreContext()
            .storage(storage)
            .seed(++openings)
            .isInvoked(true)
            .nanoClock(this::nanoTime)
            .epochClock(() -> 1_700_000_000_000L + nowNs / NS_PER_MS)
            .errorHandler(errors::add)
            .segmentLength(SEGMENT_LENGTH);
        settings.accept(context);
        store = Store.open(context);
        reader = store.newReader();
    }

    private long nanoTime()
    {
        onClock.run();
        return nowNs;
    }

    void onClock(final Runnable action)
    {
        onClock = action;
    }

    /**
     * The power fails, or the process dies, and the store is opened again on what is left.
     */
    void crashAndReopen(final CrashMode mode)
    {
        crash(mode);
        open();
    }

    void crash(final CrashMode mode)
    {
        storage.failAt(storage.operations() + 1, Fault.CRASH);
        shut();
        errors.clear();
        storage.crash(mode);
    }

    void reopen()
    {
        shut();
        open();
    }

    void shut()
    {
        reader.close();
        store.close();
        store = null;
    }

    /** Closes, and finds nothing left behind. */
    @Override
    public void close()
    {
        if (store != null)
        {
            shut();
        }
        assertEquals(0, storage.openHandles(), "handles left open");
        assertEquals(arenasBefore, Arena.openCount(), "memtables left open");
        assertTrue(errors.isEmpty(), () -> "errors that the test did not expect: " + errors);
    }

    SimulatedStorage storage()
    {
        return storage;
    }

    Store store()
    {
        return store;
    }

    /** The errors so far, which are then forgotten. */
    List<Throwable> takeErrors()
    {
        final List<Throwable> taken = List.copyOf(errors);
        errors.clear();
        return taken;
    }

    // --- time and steps ---

    long nowNs()
    {
        return nowNs;
    }

    void setClock(final long ns)
    {
        nowNs = ns;
    }

    void advance(final long ns)
    {
        nowNs += ns;
    }

    void stepWriter()
    {
        step(store.agents()[0]);
    }

    /** Maintenance and what it has others do. */
    void stepMaintenance()
    {
        stepFlushes();
        step(store.agents()[2]);
    }

    /** Maintenance alone: compactions are decided, and not carried out. */
    void stepFlushes()
    {
        step(store.agents()[1]);
    }

    private static void step(final Agent agent)
    {
        try
        {
            agent.doWork();
        }
        catch (final RuntimeException ex)
        {
            throw ex;
        }
        catch (final Exception ex)
        {
            throw new AssertionError(ex);
        }
    }

    /** Steps all agents until flushes and compactions are done. */
    void settle()
    {
        advance(LONG_PAUSE_NS);
        for (int i = 0; i < STEPS_UNTIL_SETTLED; i++)
        {
            stepWriter();
            stepMaintenance();
        }
    }

    // --- commands ---

    static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static WriteBatch putOf(final String key, final String value)
    {
        return new WriteBatch().put(0, bytes(key), bytes(value));
    }

    static WriteBatch putIf(final int condition, final long version, final String key, final String value)
    {
        return new WriteBatch().add(
            OperationDescriptor.KIND_PUT, condition, 0, version, 0, bytes(key), bytes(value));
    }

    CommandSlot claim(final WriteBatch batch, final Durability durability, final Answer answer)
    {
        final CommandSlot slot = store.commands().tryClaim(batch.lengthBytes());
        assertNotNull(slot, "back pressure");
        slot.payload().putBytes(0, batch.buffer(), 0, batch.lengthBytes());
        slot.operations(batch.operationCount(), durability).replyTo(answer, 7, 8, 9);
        return slot;
    }

    Answer send(final WriteBatch batch, final Durability durability)
    {
        final Answer answer = new Answer();
        store.commands().publish(claim(batch, durability, answer));
        return answer;
    }

    Answer send(final WriteBatch batch)
    {
        return send(batch, Durability.STORE_DEFAULT);
    }

    Answer sendLate(final WriteBatch batch, final long deadlineNs)
    {
        final Answer answer = new Answer();
        store.commands().publish(claim(batch, Durability.STORE_DEFAULT, answer).deadline(deadlineNs));
        return answer;
    }

    Answer request(final long client, final long number, final WriteBatch batch)
    {
        return request(client, number, batch, Durability.STORE_DEFAULT);
    }

    Answer request(final long client, final long number, final WriteBatch batch, final Durability durability)
    {
        final Answer answer = new Answer();
        store.commands().publish(claim(batch, durability, answer).requestId(client, number));
        stepWriter();
        return answer;
    }

    Answer write(final WriteBatch batch)
    {
        final Answer answer = send(batch);
        stepWriter();
        return answer;
    }

    Answer put(final String key, final String value)
    {
        return write(putOf(key, value));
    }

    // --- reads ---

    String get(final String key)
    {
        reader.begin();
        try
        {
            final EntryView view = new EntryView();
            final byte[] bytes = bytes(key);
            if (!reader.get(0, new UnsafeBuffer(bytes), 0, bytes.length, view))
            {
                return null;
            }
            final byte[] value = new byte[view.value().capacity()];
            view.value().getBytes(0, value);
            return new String(value, StandardCharsets.UTF_8);
        }
        finally
        {
            reader.end();
        }
    }

    /** All entries of the default keyspace, as {@code key=value}. */
    List<String> scan()
    {
        reader.begin();
        try (StoreSnapshot snapshot = reader.snapshot();
            EntryCursor cursor = snapshot.cursor(0))
        {
            final List<String> found = new ArrayList<>();
            for (boolean isOnEntry = cursor.seekFirst(); isOnEntry; isOnEntry = cursor.next())
            {
                final byte[] key = new byte[cursor.keyLength()];
                final byte[] value = new byte[cursor.valueLength()];
                cursor.keyBuffer().getBytes(cursor.keyOffset(), key);
                cursor.valueBuffer().getBytes(cursor.valueOffset(), value);
                found.add(
                    new String(key, StandardCharsets.UTF_8) + "=" + new String(value, StandardCharsets.UTF_8));
            }
            return found;
        }
        finally
        {
            reader.end();
        }
    }

    long sequence()
    {
        return store.statistics().sequence();
    }
}
