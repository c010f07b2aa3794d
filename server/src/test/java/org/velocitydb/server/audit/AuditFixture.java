package org.velocitydb.server.audit;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.journal.storage.MappedFile;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * An audit log on a simulated disk, with one event loop's side, stepped by the test.
 */
final class AuditFixture implements AutoCloseable
{
    static final long CONNECTION = 5;
    static final long START_MS = 1_763_737_380_123L;
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 4242);
    private static final UnsafeBuffer KEY = new UnsafeBuffer(0, 0);

    private final SimulatedStorage storage;
    private final List<Throwable> errors = new ArrayList<>();
    private final AuditContext context;
    private AuditLog log;
    private LoopAudit loop;
    private long nowNs = 1;

    AuditFixture(final SimulatedStorage storage)
    {
        this.storage = storage;
        context = new AuditContext()
            .storage(storage)
            .scope(AuditScope.ALL)
            .ringBytes(64 * 1024)
            .epochClock(() -> START_MS)
            .nanoClock(() -> nowNs)
            .errorHandler(errors::add);
    }

    AuditContext context()
    {
        return context;
    }

    AuditFixture open()
    {
        log = AuditLog.open(context);
        loop = log.newLoop();
        return this;
    }

    AuditLog log()
    {
        return log;
    }

    LoopAudit loop()
    {
        return loop;
    }

    List<Throwable> errors()
    {
        return errors;
    }

    void advanceMs(final long ms)
    {
        nowNs += ms * 1_000_000;
    }

    void step()
    {
        try
        {
            log.agent().doWork();
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

    AuditFixture connectAndLogIn(final String user)
    {
        loop.connected(CONNECTION, ADDRESS);
        loop.login(CONNECTION, user, "ACCEPTED", true);
        return this;
    }

    AuditFixture get(final long request, final byte[] key)
    {
        KEY.wrap(key);
        loop.begin(AuditKind.GET, CONNECTION, request);
        loop.key(AuditKeyRole.READ, 0, KEY, 0, key.length);
        loop.publish("OK");
        return this;
    }

    AuditFixture get(final long request, final String key)
    {
        return get(request, key.getBytes(StandardCharsets.UTF_8));
    }

    AuditFixture put(final long request, final String key)
    {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        KEY.wrap(bytes);
        loop.begin(AuditKind.PUT, CONNECTION, request);
        loop.key(AuditKeyRole.PUT, 0, KEY, 0, bytes.length);
        loop.keep(request);
        return this;
    }

    AuditReport verify()
    {
        return verify(storage);
    }

    static AuditReport verify(final SimulatedStorage storage)
    {
        return new AuditVerifier().verify(storage);
    }

    List<String> lines()
    {
        return lines(storage);
    }

    static List<String> lines(final SimulatedStorage storage)
    {
        final List<String> lines = new ArrayList<>();
        for (final long number : AuditFileNames.numbers(storage))
        {
            lines.addAll(new String(bytes(storage, number), StandardCharsets.ISO_8859_1).lines().toList());
        }
        return lines;
    }

    /** Those of events that the test has made. */
    List<String> eventLines()
    {
        return lines().stream().filter(line -> line.contains("\"connection\":")).toList();
    }

    static byte[] bytes(final SimulatedStorage storage, final long number)
    {
        try (MappedFile file = storage.map(AuditFileNames.of(number)))
        {
            final byte[] bytes = new byte[file.buffer().capacity()];
            file.buffer().getBytes(0, bytes);
            return bytes;
        }
    }

    @Override
    public void close()
    {
        log.close();
    }
}
