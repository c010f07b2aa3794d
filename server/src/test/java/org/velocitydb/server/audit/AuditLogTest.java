package org.velocitydb.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * The log from an event loop's side to the files and back, on a simulated disk.
 */
final class AuditLogTest
{
    private static final String PREFIX_OF_ALL = "{\"seq\":";

    private final SimulatedStorage storage = new SimulatedStorage(1);

    @Test
    void shouldSayWhoDidWhatFromWhereWithWhatResult()
    {
        try (AuditFixture audit = new AuditFixture(storage).open())
        {
            audit.connectAndLogIn("alice").get(7, "user:1").put(8, "user:2");
            audit.step();
            audit.loop().completed(AuditFixture.CONNECTION, 8, "OK", 42);
            audit.loop().disconnected(AuditFixture.CONNECTION, "PEER_CLOSED");
            audit.step();
        }

        final List<String> lines = AuditFixture.lines(storage);
        assertEquals(List.of("file", "start", "connect", "login", "get", "put", "logout", "stop"),
            lines.stream().map(line -> line.replaceAll(".*?\"event\":\"([a-z]+)\".*", "$1")).toList());
        assertTrue(lines.get(4).startsWith(
            "{\"seq\":5,\"time\":\"2025-11-21T15:03:00.123Z\",\"event\":\"get\",\"connection\":5," +
                "\"address\":\"127.0.0.1:4242\",\"user\":\"alice\",\"request\":7,\"keyspace\":0," +
                "\"key\":\"user:1\",\"status\":\"OK\",\"prev\":\""),
            lines.get(4));
        assertTrue(lines.get(5).contains("\"key\":\"user:2\",\"status\":\"OK\",\"sequence\":42,"), lines.get(5));
        assertTrue(lines.get(6).contains("\"user\":\"alice\",\"status\":\"PEER_CLOSED\","), lines.get(6));
        final AuditReport report = AuditFixture.verify(storage);
        assertTrue(report.isIntact(), report::toString);
        assertEquals(8, report.lineCount());
        assertEquals(0, report.noteCount(), report::toString);
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldLogAWriteThatWasNeverAnsweredAsUnknown()
    {
        try (AuditFixture audit = new AuditFixture(storage).open())
        {
            audit.connectAndLogIn("alice").put(1, "a").put(2, "b");
            audit.loop().completed(AuditFixture.CONNECTION, 2, "DISK_FULL", 0);
            audit.step();
        }

        final List<String> lines = AuditFixture.lines(storage);
        assertTrue(lines.get(4).contains("\"key\":\"b\",\"status\":\"DISK_FULL\""), lines.get(4));
        assertTrue(lines.get(5).contains("\"key\":\"a\",\"status\":\"UNKNOWN\""), lines.get(5));
    }

    @Test
    void shouldLogNoMoreThanItsScope()
    {
        final AuditFixture audit = new AuditFixture(storage);
        audit.context().scope(AuditScope.LOGINS);
        audit.open();

        assertTrue(audit.loop().logs(AuditScope.LOGINS));
        assertFalse(audit.loop().logs(AuditScope.WRITES));
        assertFalse(LoopAudit.OFF.logs(AuditScope.LOGINS));
        audit.connectAndLogIn("alice");
        audit.loop().disconnected(AuditFixture.CONNECTION, "PEER_CLOSED");
        audit.close();

        assertEquals(2, audit.eventLines().size(), () -> audit.lines().toString());
    }

    @Test
    void shouldGoOnWithTheChainAfterARestart()
    {
        for (int i = 0; i < 3; i++)
        {
            try (AuditFixture audit = new AuditFixture(storage).open())
            {
                audit.connectAndLogIn("alice").get(i, "key");
            }
        }

        final AuditReport report = AuditFixture.verify(storage);
        assertTrue(report.isIntact(), report::toString);
        assertEquals(1 + 3 * 5, report.lastSequence());
        assertEquals(1, AuditFileNames.numbers(storage).size());
    }

    @Test
    void shouldBeginTheNextFileBySizeAndRemoveTheOldest()
    {
        final AuditFixture audit = new AuditFixture(storage);
        audit.context().maxFileBytes(2000).filesKept(3);
        audit.open().connectAndLogIn("alice");
        for (int i = 0; i < 100; i++)
        {
            audit.get(i, "key " + i).step();
        }
        audit.close();

        final List<Long> numbers = AuditFileNames.numbers(storage);
        assertEquals(3, numbers.size(), numbers::toString);
        assertTrue(numbers.get(0) > 5, numbers::toString);
        final AuditReport report = audit.verify();
        assertTrue(report.isIntact(), report::toString);
        assertTrue(report.firstSequence() > 1);

        storage.delete(AuditFileNames.of(numbers.get(0)));
        assertEquals(1, audit.verify().errorCount(), () -> audit.verify().toString());
        assertTrue(audit.verify().findings().get(0).contains("are missing"), () -> audit.verify().toString());
    }

    @Test
    void shouldNoticeThatARotatedFileInTheMiddleIsMissing()
    {
        final AuditFixture audit = new AuditFixture(storage);
        audit.context().maxFileBytes(1000).filesKept(100);
        audit.open().connectAndLogIn("alice");
        for (int i = 0; i < 20; i++)
        {
            audit.get(i, "key " + i).step();
        }
        audit.close();
        assertTrue(audit.verify().isIntact(), () -> audit.verify().toString());

        storage.delete(AuditFileNames.of(3));

        assertEquals(
            "error: between audit-0000000000000002.jsonl and audit-0000000000000004.jsonl: 1 file is missing",
            audit.verify().findings().get(0));
        assertEquals(1, audit.verify().errorCount());
    }

    @Test
    void shouldHoldFramesWhereItIsToBlockAndLoseNothing()
    {
        final AuditFixture audit = new AuditFixture(storage).open();
        audit.connectAndLogIn("alice");
        int sent = 0;
        while (!audit.loop().holds(true))
        {
            // Every other one is a write whose answer comes when the ring has long been full.
            if (sent % 2 == 0)
            {
                audit.put(sent, "key " + sent);
            }
            else
            {
                audit.get(sent, "key " + sent);
            }
            sent++;
        }
        for (int i = 0; i < sent; i += 2)
        {
            audit.loop().completed(AuditFixture.CONNECTION, i, "OK", i + 1);
        }
        audit.loop().disconnected(AuditFixture.CONNECTION, "PEER_CLOSED");
        assertTrue(sent > 100, "sent=" + sent);

        while (audit.loop().holds(true))
        {
            audit.step();
            audit.loop().doWork();
        }
        audit.close();

        assertEquals(sent + 3, audit.eventLines().size());
        assertEquals(0, audit.log().droppedCount());
        assertTrue(audit.log().heldCount() > 0);
        assertTrue(audit.verify().isIntact(), () -> audit.verify().toString());
    }

    @Test
    void shouldCountWhatItDropsInALineOfItsOwn()
    {
        final AuditFixture audit = new AuditFixture(storage);
        audit.context().whenFull(AuditFullPolicy.DROP);
        audit.open().connectAndLogIn("alice");
        for (int i = 0; i < 2000; i++)
        {
            assertFalse(audit.loop().holds(true));
            audit.get(i, "key " + i);
        }
        audit.step();
        audit.close();

        final long dropped = audit.log().droppedCount();
        assertTrue(dropped > 0);
        assertEquals(2002 - dropped, audit.eventLines().size());
        assertEquals(1, audit.lines().stream().filter(
            line -> line.contains("\"event\":\"dropped\",\"count\":" + dropped + ",")).count());
        assertTrue(audit.verify().isIntact(), () -> audit.verify().toString());
    }

    @Test
    void shouldKeepEverythingWhileTheDiskIsFullWhereItIsToBlock()
    {
        final AuditFixture audit = new AuditFixture(storage).open();
        audit.connectAndLogIn("alice");
        audit.step();
        storage.capacityBytes(AuditFixture.bytes(storage, 1).length + 500);

        int sent = 0;
        for (; !audit.loop().holds(true); sent++)
        {
            audit.get(sent, "key " + sent);
            audit.step();
        }
        assertTrue(audit.log().failure() != null);
        assertEquals(1, audit.errors().size(), () -> audit.errors().toString());
        storage.capacityBytes(Long.MAX_VALUE);
        audit.advanceMs(1100);
        audit.step();

        assertEquals(null, audit.log().failure());
        audit.close();
        assertEquals(sent + 2, audit.eventLines().size());
        assertEquals(1, audit.lines().stream().filter(line -> line.contains("\"event\":\"failure\"")).count());
        assertTrue(audit.verify().isIntact(), () -> audit.verify().toString());
    }

    @Test
    void shouldDropAndCountWhileTheDiskIsFullWhereItIsToDrop()
    {
        final AuditFixture audit = new AuditFixture(storage);
        audit.context().whenFull(AuditFullPolicy.DROP);
        audit.open().connectAndLogIn("alice");
        audit.step();
        storage.capacityBytes(AuditFixture.bytes(storage, 1).length + 500);
        for (int i = 0; i < 5000; i++)
        {
            audit.get(i, "key " + i);
            audit.step();
        }
        storage.capacityBytes(Long.MAX_VALUE);
        audit.advanceMs(1100);
        audit.step();
        audit.close();

        final long dropped = audit.log().droppedCount();
        assertTrue(dropped > 4900, "dropped=" + dropped);
        assertEquals(5002 - dropped, audit.eventLines().size());
        assertTrue(audit.verify().isIntact(), () -> audit.verify().toString());
    }

    @Test
    void shouldBeginAnotherFileWhereAForceFailed()
    {
        final AuditFixture audit = new AuditFixture(storage).open();
        audit.connectAndLogIn("alice").get(1, "a");
        audit.step();
        storage.failAt(storage.operations() + 1, Fault.FORCE_FAILS);
        audit.advanceMs(1100);
        audit.step();
        assertTrue(audit.log().failure() != null, () -> audit.errors().toString());
        audit.get(2, "b");
        audit.advanceMs(1100);
        audit.step();
        assertEquals(null, audit.log().failure());
        audit.close();

        assertEquals(List.of(1L, 2L), AuditFileNames.numbers(storage));
        assertEquals(4, audit.eventLines().size());
        assertTrue(audit.verify().isIntact(), () -> audit.verify().toString());
    }

    /** The first file as a crash may have cut it, at each byte: the next start goes on, and verification agrees. */
    @Test
    void shouldGoOnBehindAFileThatIsCutAtAnyByte()
    {
        try (AuditFixture audit = new AuditFixture(storage).open())
        {
            audit.connectAndLogIn("alice").get(1, "a");
        }
        final byte[] whole = AuditFixture.bytes(storage, 1);
        final int firstLineEnd = new String(whole, StandardCharsets.US_ASCII).indexOf('\n') + 1;
        for (int length = firstLineEnd; length <= whole.length; length++)
        {
            final SimulatedStorage disk = holding(whole, length);
            // A line that lacks its newline alone is whole.
            final boolean isTorn = whole[length - 1] != '\n' && (length == whole.length || whole[length] != '\n');
            assertEquals(isTorn ? 1 : 0, AuditFixture.verify(disk).noteCount(), "length=" + length);
            try (AuditFixture audit = new AuditFixture(disk).open())
            {
                audit.connectAndLogIn("bob");
            }

            final AuditReport report = AuditFixture.verify(disk);
            assertTrue(report.isIntact(), "length=" + length + ", report=" + report);
            assertEquals(isTorn ? 1 : 0, report.noteCount(), "length=" + length + ", report=" + report);
            assertEquals(0, report.findings().stream().filter(finding -> finding.contains("being written")).count());
        }
    }

    private static SimulatedStorage holding(final byte[] bytes, final int length)
    {
        final SimulatedStorage disk = new SimulatedStorage(1);
        AuditMutations.put(disk, 1, Arrays.copyOf(bytes, length));
        return disk;
    }

    @Test
    void shouldFindAWholeChainAfterCrashesOfEveryKind()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            final SimulatedStorage disk = new SimulatedStorage(seed);
            final SplittableRandom random = new SplittableRandom(seed);
            for (int life = 0; life < 4; life++)
            {
                live(disk, random);
                final CrashMode[] modes = { CrashMode.IN_ORDER, CrashMode.ALL_LOST, CrashMode.PROCESS_ONLY };
                disk.crash(modes[random.nextInt(modes.length)]);
            }
            try (AuditFixture audit = new AuditFixture(disk).open())
            {
                audit.connectAndLogIn("alice");
            }
            final AuditReport report = AuditFixture.verify(disk);
            assertTrue(report.isIntact(), "seed=" + seed + ", report=" + report);
            assertTrue(AuditFixture.lines(disk).get(0).startsWith(PREFIX_OF_ALL));
        }
    }

    private static void live(final SimulatedStorage disk, final SplittableRandom random)
    {
        disk.failAt(disk.operations() + 1 + random.nextInt(60), Fault.CRASH_HALF_WAY);
        try
        {
            final AuditFixture audit = new AuditFixture(disk);
            audit.context().maxFileBytes(3000).filesKept(4);
            audit.open().connectAndLogIn("alice");
            for (int i = 0; i < 100; i++)
            {
                audit.get(i, "key " + random.nextInt(1000));
                if (random.nextInt(3) == 0)
                {
                    audit.advanceMs(random.nextInt(600));
                    audit.step();
                }
            }
        }
        catch (final SimulatedCrashException ex)
        {
            // What the life was to end with.
            return;
        }
    }
}
