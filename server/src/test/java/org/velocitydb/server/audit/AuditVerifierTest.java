package org.velocitydb.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.journal.storage.SimulatedStorage;

/**
 * Whatever is done to the files of a log is found, and where it was done.
 */
final class AuditVerifierTest
{
    private static final int MUTATION_COUNT = 3000;

    private final SimulatedStorage storage = new SimulatedStorage(1);
    private byte[] whole;

    @BeforeEach
    void before()
    {
        final AuditFixture audit = new AuditFixture(storage);
        audit.context().maxFileBytes(4000);
        audit.open().connectAndLogIn("alice");
        for (int i = 0; i < 40; i++)
        {
            audit.get(i, "key " + i).step();
        }
        audit.close();
        whole = AuditFixture.bytes(storage, 2);
        assertTrue(audit.verify().isIntact(), () -> audit.verify().toString());
        assertTrue(AuditFileNames.numbers(storage).size() > 2);
    }

    @Test
    void shouldFindAnyChangedByteInTheLineWhereItIs()
    {
        for (int seed = 0; seed < MUTATION_COUNT; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final byte[] changed = whole.clone();
            final int offset = random.nextInt(changed.length);
            changed[offset] ^= (byte) (1 << random.nextInt(8));

            AuditMutations.put(storage, 2, changed);

            requireFound("seed=" + seed, lineNumber(whole, offset));
        }
    }

    @Test
    void shouldFindRemovedAndInsertedBytes()
    {
        for (int seed = 0; seed < MUTATION_COUNT; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final int from = random.nextInt(whole.length);
            final int length = 1 + random.nextInt(Math.min(2000, whole.length - from));
            final byte[] changed = random.nextBoolean()
                ? joined(Arrays.copyOf(whole, from), Arrays.copyOfRange(whole, from + length, whole.length))
                : joined(
                    Arrays.copyOf(whole, from + length), Arrays.copyOfRange(whole, from, whole.length));

            AuditMutations.put(storage, 2, changed);

            // Bytes that are the same as those behind them may make the first difference a line later.
            final AuditReport report = AuditFixture.verify(storage);
            assertFalse(report.isIntact(), "seed=" + seed + ", report=" + report);
        }
    }

    @Test
    void shouldFindARemovedLineAndSayHowManyAreMissing()
    {
        final List<String> lines = lines();
        lines.subList(3, 5).clear();
        put(lines);

        assertEquals(List.of("error: " + AuditFileNames.of(2) + ":4: 2 lines before it are missing"), findings());
    }

    @Test
    void shouldFindLinesThatChangedPlaces()
    {
        final List<String> lines = lines();
        Collections.swap(lines, 3, 4);
        put(lines);

        assertTrue(findings().get(0).startsWith("error: " + AuditFileNames.of(2) + ":4: 1 lines before it are missing"),
            () -> findings().toString());
        assertTrue(findings().get(1).startsWith("error: " + AuditFileNames.of(2) + ":5: the line is not in its place"),
            () -> findings().toString());
    }

    @Test
    void shouldFindALineThatStandsThereTwice()
    {
        final List<String> lines = lines();
        lines.add(3, lines.get(2));
        put(lines);

        assertEquals("error: " + AuditFileNames.of(2) + ":4: the line is not in its place", findings().get(0));
    }

    /** Who knows how the hashes are made can write a line that is intact, but not one that the next is chained to. */
    @Test
    void shouldFindALineThatWasMadeAnewWithItsHash()
    {
        final List<String> lines = lines();
        final String line = lines.get(3).replace("\"user\":\"alice\"", "\"user\":\"mallory\"");
        final String covered = line.substring(0, line.indexOf(",\"hash\":"));
        lines.set(3, covered + ",\"hash\":\"" + new LineCursor(
            new UnsafeBuffer(covered.getBytes(StandardCharsets.US_ASCII)))
            .hashOf(0, covered.length()) +
            "\"}");
        put(lines);

        assertEquals(
            List.of(
                "error: " + AuditFileNames.of(2) + ":5: the line before it is not the one that it was written behind"),
            findings());
    }

    @Test
    void shouldFindAnEndThatWasCutOffOnlyAgainstWhatWasNoted()
    {
        final List<Long> numbers = AuditFileNames.numbers(storage);
        final AuditReport before = AuditFixture.verify(storage);
        final long last = numbers.get(numbers.size() - 1);
        final byte[] bytes = AuditFixture.bytes(storage, last);
        final String text = new String(bytes, StandardCharsets.US_ASCII);
        final int cut = text.lastIndexOf('\n', text.length() - 2) + 1;
        AuditMutations.put(storage, last, Arrays.copyOf(bytes, cut));

        assertTrue(AuditFixture.verify(storage).isIntact());
        final AuditReport report = new AuditVerifier().expect(before.lastSequence(), before.lastHash())
            .verify(storage);
        assertEquals(1, report.errorCount());
        assertTrue(report.findings().get(0).contains("the line that was noted is missing"), report::toString);
    }

    @Test
    void shouldFindALogThatWasWrittenAnewAgainstWhatWasNoted()
    {
        final AuditReport before = AuditFixture.verify(storage);
        final SimulatedStorage other = new SimulatedStorage(2);
        try (AuditFixture audit = new AuditFixture(other).open())
        {
            audit.connectAndLogIn("mallory");
            for (int i = 0; i < before.lastSequence(); i++)
            {
                audit.get(i, "key " + i);
            }
        }

        assertTrue(AuditFixture.verify(other).isIntact());
        assertEquals(1, new AuditVerifier().expect(before.lastSequence(), before.lastHash()).verify(other)
            .errorCount());
    }

    /** A change before a restart: the server goes on, and its start does not make the change a crash. */
    @Test
    void shouldNotTakeAChangedLineForACrashAfterARestart()
    {
        final long last = AuditFileNames.numbers(storage).size();
        final byte[] bytes = AuditFixture.bytes(storage, last);
        bytes[new String(bytes, StandardCharsets.US_ASCII).indexOf("alice")] ^= 1;
        AuditMutations.put(storage, last, bytes);
        try (AuditFixture audit = new AuditFixture(storage).open())
        {
            audit.connectAndLogIn("bob");
        }

        assertFalse(AuditFixture.verify(storage).isIntact(), () -> AuditFixture.verify(storage).toString());
    }

    @Test
    void shouldReadAnyBytesToTheirEnd()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final byte[] bytes = new byte[random.nextInt(100_000)];
            for (int i = 0; i < bytes.length; i++)
            {
                bytes[i] = (byte) (random.nextInt(50) == 0 ? '\n' : random.nextInt(256));
            }
            final SimulatedStorage disk = new SimulatedStorage(seed);
            AuditMutations.put(disk, 1, bytes);

            assertFalse(AuditFixture.verify(disk).errorCount() + AuditFixture.verify(disk).noteCount() == 0,
                "seed=" + seed);
            try (AuditFixture audit = new AuditFixture(disk).open())
            {
                audit.connectAndLogIn("alice");
            }
            assertEquals(2, AuditFileNames.numbers(disk).size(), "seed=" + seed);
        }
    }

    private void requireFound(final String what, final int lineNumber)
    {
        final AuditReport report = AuditFixture.verify(storage);
        final List<String> findings = report.findings();
        assertFalse(report.isIntact(), () -> what + ", line=" + lineNumber + ", report=" + report);
        assertTrue(findings.get(0).startsWith("error: " + AuditFileNames.of(2) + ":" + lineNumber + ": "),
            () -> what + ", line=" + lineNumber + ", report=" + report);
    }

    /** Without what stands behind a colon at their end. */
    private List<String> findings()
    {
        return AuditFixture.verify(storage).findings().stream().map(
            finding -> finding.replaceAll(": (sequence|offset)=.*", "")).toList();
    }

    private List<String> lines()
    {
        return new ArrayList<>(new String(whole, StandardCharsets.US_ASCII).lines().toList());
    }

    private void put(final List<String> lines)
    {
        AuditMutations.put(storage, 2, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static int lineNumber(final byte[] bytes, final int offset)
    {
        int number = 1;
        for (int i = 0; i < offset; i++)
        {
            number += bytes[i] == '\n' ? 1 : 0;
        }
        return number;
    }

    private static byte[] joined(final byte[] first, final byte[] second)
    {
        final byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
