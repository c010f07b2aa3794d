package org.velocitydb.journal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulatedStorageTest extends StorageContractTest
{
    private static final int SEED_COUNT = 100;

    @Override
    Storage newStorage()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        storage.directAlignment(4096);
        return storage;
    }

    @Test
    void shouldKeepADirectWriteAndNotBringBackWhatItReplaced()
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            storage.directAlignment(512);
            final StorageFile file = durableFile(storage, 2048);
            write(file, 510, "replaced");
            storage.openDirect("f").writeDurably(block("durable"), 512);
            write(file, 1024, "unforced");

            storage.crash(seed % 2 == 0 ? CrashMode.ANY_ORDER : CrashMode.ALL_LOST);

            try (StorageFile again = storage.open("f"))
            {
                assertEquals("durable\0", text(read(again, 512, 8)), "seed=" + seed);
            }
        }
    }

    @Test
    void shouldTearADirectWriteBetweenAnySectors()
    {
        final Set<String> outcomes = new HashSet<>();
        for (int seed = 0; seed < 4 * SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            storage.directAlignment(512);
            durableFile(storage, 3 * 512).close();
            final DirectFile direct = storage.openDirect("f");
            final ByteBuffer sectors = ByteBuffer.allocateDirect(4 * 512).alignedSlice(512).limit(3 * 512);
            sectors.put(0, (byte) 'x').put(512, (byte) 'x').put(1024, (byte) 'x');
            storage.failAt(storage.operations(), Fault.CRASH_HALF_WAY);
            assertThrows(SimulatedCrashException.class, () -> direct.writeDurably(sectors, 0));

            storage.crash(CrashMode.ANY_ORDER);

            outcomes.add(keptSectors(storage, 3));
        }
        assertEquals(8, outcomes.size(), outcomes.toString());
    }

    @Test
    void shouldLoseADirectWriteThatFailedAlthoughItCanBeRead()
    {
        boolean wasReadable = false;
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            storage.directAlignment(512);
            final StorageFile file = durableFile(storage, 512);
            final DirectFile direct = storage.openDirect("f");
            storage.failAt(storage.operations(), Fault.FORCE_FAILS);
            assertThrows(StorageException.class, () -> direct.writeDurably(block("lost"), 0));
            wasReadable |= "lost".equals(text(read(file, 0, 4)));

            storage.crash(CrashMode.ANY_ORDER);

            try (StorageFile again = storage.open("f"))
            {
                assertArrayEquals(new byte[512], read(again, 0, 512), "seed=" + seed);
            }
        }
        assertTrue(wasReadable);
    }

    @Test
    void shouldHaveNoDirectWritesUnlessAskedTo()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        durableFile(storage, 512).close();

        assertEquals(Storage.NO_DIRECT_WRITES, storage.directAlignment());
        assertThrows(StorageException.class, () -> storage.openDirect("f"));
    }

    private static ByteBuffer block(final String text)
    {
        final ByteBuffer block = ByteBuffer.allocateDirect(2 * 512).alignedSlice(512).limit(512);
        return block.put(0, text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void shouldKeepForcedBytesUnderForcedNames(final CrashMode mode)
    {
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            storage.makeDirectory("d");
            final StorageFile file = storage.create("d/kept", 2048);
            write(file, 1000, "forced");
            file.force();
            storage.forceDirectory("d");
            write(file, 0, "unforced");

            storage.crash(mode);

            try (StorageFile again = storage.open("d/kept"))
            {
                assertEquals(2048, again.lengthBytes());
                assertEquals("forced", text(read(again, 1000, 6)));
                final String start = text(read(again, 0, 8));
                assertTrue("unforced".equals(start) || "\0\0\0\0\0\0\0\0".equals(start), "seed=" + seed);
            }
        }
    }

    @Test
    void shouldLoseEverythingUnforcedWhenAskedTo()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final StorageFile file = storage.create("a", 1024);
        file.force();
        storage.forceDirectory("");
        write(file, 0, "lost");
        storage.rename("a", "b");
        storage.create("c", 1).close();

        storage.crash(CrashMode.ALL_LOST);

        assertEquals(List.of("a"), storage.list(""));
        try (StorageFile again = storage.open("a"))
        {
            assertArrayEquals(new byte[1024], read(again, 0, 1024));
        }
    }

    @Test
    void shouldNotMakeANameDurableByForcingTheFile()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        storage.create("nameless", 10).force();

        storage.crash(CrashMode.ALL_LOST);

        assertFalse(storage.exists("nameless"));
    }

    @Test
    void shouldNotMakeBytesDurableByForcingTheDirectory()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        storage.create("hollow", 1024).close();
        storage.forceDirectory("");

        storage.crash(CrashMode.ALL_LOST);

        try (StorageFile file = storage.open("hollow"))
        {
            assertEquals(0, file.lengthBytes());
        }
    }

    @Test
    void shouldForgetNothingYetWhenOnlyTheProcessDies()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final StorageFile file = durableFile(storage, 100);
        write(file, 0, "unforced");

        storage.crash(CrashMode.PROCESS_ONLY);

        assertThrows(StorageException.class, file::force);
        try (StorageFile again = storage.open("f"))
        {
            assertEquals("unforced", text(read(again, 0, 8)));
        }
        storage.crash(CrashMode.ALL_LOST);
        try (StorageFile again = storage.open("f"))
        {
            assertArrayEquals(new byte[8], read(again, 0, 8));
        }
    }

    @Test
    void shouldKeepAPrefixOfWritesInOrder()
    {
        final Set<Integer> counts = new HashSet<>();
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            final StorageFile file = durableFile(storage, 8 * Sectors.SECTOR_LENGTH);
            for (int i = 0; i < 8; i++)
            {
                write(file, (long) i * Sectors.SECTOR_LENGTH, "x");
            }

            storage.crash(CrashMode.IN_ORDER);

            final String kept = keptSectors(storage, 8);
            assertTrue(kept.matches("x*\0*"), "seed=" + seed);
            counts.add(kept.indexOf('\0'));
        }
        assertEquals(9, counts.size());
    }

    @Test
    void shouldTearAWriteOnlyBetweenSectors()
    {
        boolean wasTorn = false;
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            final StorageFile file = durableFile(storage, 4 * Sectors.SECTOR_LENGTH);
            write(file, 0, "x".repeat(4 * Sectors.SECTOR_LENGTH));

            storage.crash(CrashMode.IN_ORDER);

            try (StorageFile again = storage.open("f"))
            {
                final String bytes = text(read(again, 0, 4 * Sectors.SECTOR_LENGTH));
                final int kept = bytes.lastIndexOf('x') + 1;
                assertEquals(0, kept % Sectors.SECTOR_LENGTH, "seed=" + seed);
                assertEquals("x".repeat(kept), bytes.substring(0, kept), "seed=" + seed);
                wasTorn |= kept > 0 && kept < 4 * Sectors.SECTOR_LENGTH;
            }
        }
        assertTrue(wasTorn);
    }

    @Test
    void shouldKeepAnyCombinationOfWritesInAnyOrder()
    {
        final Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            final StorageFile file = durableFile(storage, 3 * Sectors.SECTOR_LENGTH);
            for (int i = 0; i < 3; i++)
            {
                write(file, (long) i * Sectors.SECTOR_LENGTH, "x");
            }
            storage.crash(CrashMode.ANY_ORDER);
            seen.add(keptSectors(storage, 3));
        }
        assertEquals(8, seen.size());
    }

    @Test
    void shouldStopAtTheChosenOperationUntilItIsBootedAgain()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final StorageFile file = storage.create("a", 10);
        storage.failAt(storage.operations() + 2, Fault.CRASH);
        write(file, 0, "1");

        assertThrows(SimulatedCrashException.class, () -> write(file, 1, "2"));
        assertThrows(SimulatedCrashException.class, () -> storage.exists("a"));
        assertThrows(SimulatedCrashException.class, file::force);

        storage.crash(CrashMode.IN_ORDER);
        storage.create("b", 1).close();
        assertThrows(StorageException.class, file::force);
    }

    @Test
    void shouldDoHalfAWriteBeforeItStops()
    {
        boolean wasHalf = false;
        for (int seed = 0; seed < SEED_COUNT; seed++)
        {
            final SimulatedStorage storage = new SimulatedStorage(seed);
            final StorageFile file = durableFile(storage, 100);
            storage.failAt(storage.operations() + 1, Fault.CRASH_HALF_WAY);

            assertThrows(SimulatedCrashException.class, () -> write(file, 0, "abcdef"));
            storage.crash(CrashMode.IN_ORDER);

            try (StorageFile again = storage.open("f"))
            {
                wasHalf |= "abc\0\0\0".equals(text(read(again, 0, 6)));
            }
        }
        assertTrue(wasHalf);
    }

    @Test
    void shouldForgetPagesWhoseForceFailed()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final StorageFile file = durableFile(storage, 100);
        write(file, 0, "dropped");
        storage.failAt(storage.operations(), Fault.FORCE_FAILS);

        assertThrows(StorageException.class, file::force);
        assertEquals("dropped", text(read(file, 0, 7)));
        file.force();
        storage.crash(CrashMode.IN_ORDER);

        try (StorageFile again = storage.open("f"))
        {
            assertArrayEquals(new byte[7], read(again, 0, 7));
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFit()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        storage.capacityBytes(1000);
        final StorageFile file = storage.create("a", 900);

        assertThrows(StorageFullException.class, () -> storage.create("b", 101));
        assertThrows(StorageFullException.class, () -> write(file, 900, "x".repeat(101)));
        assertFalse(storage.exists("b"));
        assertEquals(100, storage.usableBytes());

        storage.delete("a");
        storage.create("b", 1000).close();
    }

    @Test
    void shouldFlipAndCutDurably()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        durableFile(storage, 1000);

        storage.corrupt("f", 999, 0x81);
        storage.crash(CrashMode.ALL_LOST);
        try (StorageFile file = storage.open("f"))
        {
            assertEquals((byte) 0x81, read(file, 999, 1)[0]);
        }

        storage.truncate("f", 600);
        try (StorageFile file = storage.open("f"))
        {
            assertEquals(600, file.lengthBytes());
            write(file, 999, "x");
            assertArrayEquals(new byte[399], read(file, 600, 399));
        }
    }

    @Test
    void shouldCountWhatIsOpen()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final StorageFile file = storage.create("a", 10);
        final MappedFile mapped = storage.map("a");
        final StorageLock lock = storage.lock("LOCK", "me");

        assertEquals(3, storage.openHandles());
        assertEquals(1, storage.openMappings());
        file.close();
        mapped.close();
        mapped.close();
        lock.close();
        assertEquals(0, storage.openHandles());
    }

    @Test
    void shouldEndLocksAndHandlesWithACrash()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        final StorageLock before = storage.lock("LOCK", "before");

        storage.crash(CrashMode.ALL_LOST);

        assertEquals(0, storage.openHandles());
        final StorageLock after = storage.lock("LOCK", "after");
        before.close();
        assertThrows(StorageLockedException.class, () -> storage.lock("LOCK", "third"));
        after.close();
    }

    @Test
    void shouldPoisonSlicesOfAClosedMapping()
    {
        final SimulatedStorage storage = new SimulatedStorage(1);
        storage.create("a", 16).close();
        final MappedFile mapped = storage.map("a");
        final UnsafeBuffer slice = new UnsafeBuffer(mapped.buffer(), 0, 8);

        mapped.close();

        assertNotEquals(0, slice.getLong(0));
    }

    @Test
    void shouldRunTheSameForTheSameSeed()
    {
        assertEquals(runRandomly(7), runRandomly(7));
        assertNotEquals(runRandomly(7), runRandomly(8));
    }

    private static long runRandomly(final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final SimulatedStorage storage = new SimulatedStorage(random.split());
        StorageFile file = durableFile(storage, 10_000);
        for (int i = 0; i < 300; i++)
        {
            write(file, random.nextInt(9000), "bytes " + i);
            if (random.nextInt(10) == 0)
            {
                file.force();
            }
            if (random.nextInt(30) == 0)
            {
                storage.crash(CrashMode.values()[random.nextInt(3)]);
                file = storage.open("f");
                write(file, 0, text(read(file, random.nextInt(9000), 100)));
            }
        }
        return storage.traceHash();
    }

    private static StorageFile durableFile(final SimulatedStorage storage, final int lengthBytes)
    {
        final StorageFile file = storage.create("f", lengthBytes);
        file.force();
        storage.forceDirectory("");
        return file;
    }

    private static String keptSectors(final SimulatedStorage storage, final int count)
    {
        final StringBuilder kept = new StringBuilder();
        try (StorageFile file = storage.open("f"))
        {
            for (int i = 0; i < count; i++)
            {
                kept.append(text(read(file, (long) i * Sectors.SECTOR_LENGTH, 1)));
            }
        }
        return kept.toString();
    }
}
