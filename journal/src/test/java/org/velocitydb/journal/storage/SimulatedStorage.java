package org.velocitydb.journal.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * A disk in memory that forgets what was not forced, for tests that crash and for simulation. It honours the contract
 * of {@link Storage} to the letter and no further: bytes are durable after {@link StorageFile#force()}, names after
 * {@link #forceDirectory(String)}, and everything later is at the mercy of {@link #crash(CrashMode)}. A direct write
 * that has returned is durable; one that a crash or a fault has struck is torn between any of its sectors. There are
 * direct writes only where a test has asked for them by {@link #directAlignment(int)}.
 *
 * <p>Every choice comes from the seed, and every iteration has a fixed order: the same seed and the same calls give the
 * same run, which {@link #traceHash()} proves. Counted operations (create, write, force, rename, delete, force and
 * removal of a directory) are those at which {@link #failAt(long, Fault)} can strike. Any thread may call; calls are
 * serialised.
 */
public final class SimulatedStorage implements Storage
{
    private static final long HASH_PRIME = 0x9E3779B97F4A7C15L;
    private static final long NO_FAULT = Long.MAX_VALUE;

    private final SplittableRandom random;
    private final TreeMap<String, SimulatedNode> liveNames = new TreeMap<>();
    private final TreeMap<String, SimulatedNode> durableNames = new TreeMap<>();
    private final TreeSet<String> directories = new TreeSet<>();
    private final TreeMap<String, String> holderByLock = new TreeMap<>();
    private final List<NameChange> unforcedNames = new ArrayList<>();
    private final CRC32C crc = new CRC32C();

    private long capacityBytes = Long.MAX_VALUE;
    private int directAlignment = NO_DIRECT_WRITES;
    private long operationCount;
    private long changeCount;
    private long traceHash;
    private long boot = 1;
    private long faultAt = NO_FAULT;
    private Fault fault;
    private boolean isDown;
    private int openFileCount;
    private int openMappingCount;

    /**
     * A name that came, went, or moved; one step as far as the disk is concerned.
     *
     * @param order   place in the history of the whole storage.
     * @param removed name that went, or null.
     * @param added   name that came, or null.
     * @param node    what it names.
     */
    private record NameChange(long order, String removed, String added, SimulatedNode node)
    {
        boolean isIn(final String directory)
        {
            return (removed != null && StorageNames.directoryOf(removed).equals(directory)) ||
                (added != null && StorageNames.directoryOf(added).equals(directory));
        }

        void applyTo(final TreeMap<String, SimulatedNode> names)
        {
            if (removed != null)
            {
                names.remove(removed);
            }
            if (added != null)
            {
                names.put(added, node);
            }
        }
    }

    /**
     * An empty disk.
     *
     * @param seed of every random choice.
     */
    public SimulatedStorage(final long seed)
    {
        this(new SplittableRandom(seed));
    }

    /**
     * An empty disk.
     *
     * @param random source of every random choice.
     */
    public SimulatedStorage(final SplittableRandom random)
    {
        this.random = random;
        directories.add("");
    }

    // ---- what a test does to the disk ----

    /**
     * Cuts the power and boots again, or stops the process alone. Handles, mappings and locks from before are dead; a
     * pending {@link #failAt(long, Fault)} is forgotten.
     *
     * @param mode what becomes of all that was not forced.
     */
    public synchronized void crash(final CrashMode mode)
    {
        trace("crash", mode.name(), 0, 0);
        if (mode != CrashMode.PROCESS_ONLY)
        {
            forget(mode);
        }
        holderByLock.clear();
        openFileCount = 0;
        openMappingCount = 0;
        boot++;
        isDown = false;
        faultAt = NO_FAULT;
    }

    /**
     * Lets something go wrong.
     *
     * @param operation number of the operation that it strikes, as {@link #operations()} will count it.
     * @param kind      what goes wrong.
     */
    public synchronized void failAt(final long operation, final Fault kind)
    {
        faultAt = operation;
        fault = kind;
    }

    /**
     * Limits the sum of the lengths of all files.
     *
     * @param bytes the limit; {@link Long#MAX_VALUE} for none.
     */
    public synchronized void capacityBytes(final long bytes)
    {
        capacityBytes = bytes;
    }

    /**
     * Lets there be direct writes.
     *
     * @param value what they must be aligned to, or {@link Storage#NO_DIRECT_WRITES}.
     */
    public synchronized void directAlignment(final int value)
    {
        directAlignment = value;
    }

    /**
     * Flips bits of one byte of a file, as rot would: what runs and the disk both see it.
     *
     * @param name   of the file.
     * @param offset of the byte.
     * @param mask   bits to flip.
     */
    public synchronized void corrupt(final String name, final long offset, final int mask)
    {
        final SimulatedNode node = node(name);
        if (offset < 0 || offset >= node.live().lengthBytes())
        {
            throw new IllegalArgumentException(
                "offset out of range: offset=" + offset + ", length=" + node.live().lengthBytes());
        }
        node.force();
        node.live().flip(offset, mask);
        node.durable().flip(offset, mask);
    }

    /**
     * Shortens a file, as a careless copy would.
     *
     * @param name        of the file.
     * @param lengthBytes its new length.
     */
    public synchronized void truncate(final String name, final long lengthBytes)
    {
        final SimulatedNode node = node(name);
        node.force();
        node.live().truncate(lengthBytes);
        node.durable().truncate(lengthBytes);
    }

    /**
     * Counted operations so far.
     *
     * @return creates, writes (direct ones too), forces, renames, deletes, forces and removals of directories.
     */
    public synchronized long operations()
    {
        return operationCount;
    }

    /**
     * Files, mappings and locks that are open; 0 when a test has put everything away.
     *
     * @return how many.
     */
    public synchronized int openHandles()
    {
        return openFileCount + openMappingCount + holderByLock.size();
    }

    /**
     * Mappings that are open.
     *
     * @return how many.
     */
    public synchronized int openMappings()
    {
        return openMappingCount;
    }

    /**
     * A hash over every operation so far, its place and its bytes.
     *
     * @return equal for equal runs.
     */
    public synchronized long traceHash()
    {
        return traceHash;
    }

    // ---- Storage ----

    @Override
    public synchronized StorageFile create(final String name, final long lengthBytes)
    {
        requireDirectoryOf(StorageNames.requireFileName(name));
        if (liveNames.containsKey(name) || directories.contains(name))
        {
            throw new StorageException("cannot create: file=" + name + ", error=it exists");
        }
        begin("create", name, lengthBytes, 0);
        requireRoom("create", name, lengthBytes);
        final SimulatedNode node = new SimulatedNode();
        if (lengthBytes > 0)
        {
            node.grow(changeCount++, lengthBytes);
        }
        change(new NameChange(changeCount++, null, name, node));
        openFileCount++;
        return new SimulatedFile(this, node, name, boot);
    }

    @Override
    public synchronized StorageFile open(final String name)
    {
        requireUp();
        final SimulatedNode node = node(StorageNames.requireFileName(name));
        openFileCount++;
        return new SimulatedFile(this, node, name, boot);
    }

    @Override
    public synchronized int directAlignment()
    {
        return directAlignment;
    }

    @Override
    public synchronized DirectFile openDirect(final String name)
    {
        requireUp();
        if (directAlignment == NO_DIRECT_WRITES)
        {
            throw new StorageException("no direct writes here: file=" + name);
        }
        final SimulatedNode node = node(StorageNames.requireFileName(name));
        openFileCount++;
        return new SimulatedFile(this, node, name, boot);
    }

    @Override
    public synchronized MappedFile map(final String name)
    {
        requireUp();
        final Sectors live = node(StorageNames.requireFileName(name)).live();
        if (live.lengthBytes() > Integer.MAX_VALUE)
        {
            throw new StorageException("file too long to map: file=" + name + ", length=" + live.lengthBytes());
        }
        final byte[] bytes = new byte[(int) live.lengthBytes()];
        live.read(bytes, 0, bytes.length, 0);
        final ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length);
        memory.put(bytes).clear();
        openMappingCount++;
        return new SimulatedMapping(this, name, boot, memory);
    }

    @Override
    public synchronized boolean exists(final String name)
    {
        requireUp();
        return liveNames.containsKey(name) || directories.contains(StorageNames.requireDirectoryName(name));
    }

    @Override
    public synchronized List<String> list(final String directory)
    {
        requireListable(directory);
        final List<String> names = new ArrayList<>();
        for (final String name : liveNames.keySet())
        {
            if (StorageNames.directoryOf(name).equals(directory))
            {
                names.add(StorageNames.plainName(name));
            }
        }
        return names;
    }

    @Override
    public synchronized List<String> directories(final String directory)
    {
        requireListable(directory);
        final List<String> names = new ArrayList<>();
        for (final String name : directories)
        {
            if (!name.isEmpty() && StorageNames.directoryOf(name).equals(directory))
            {
                names.add(StorageNames.plainName(name));
            }
        }
        return names;
    }

    private void requireListable(final String directory)
    {
        requireUp();
        if (!directories.contains(StorageNames.requireDirectoryName(directory)))
        {
            throw new StorageException("cannot list: directory=" + directory + ", error=there is none");
        }
    }

    @Override
    public synchronized void deleteDirectory(final String directory)
    {
        begin("deleteDirectory", StorageNames.requireFileName(directory), 0, 0);
        if (!directories.contains(directory))
        {
            return;
        }
        if (!list(directory).isEmpty() || !directories(directory).isEmpty())
        {
            throw new StorageException("cannot delete directory: directory=" + directory + ", error=it is not empty");
        }
        // The names that were in it go with it.
        forceNames(directory);
        directories.remove(directory);
    }

    @Override
    public synchronized void makeDirectory(final String directory)
    {
        requireUp();
        trace("makeDirectory", StorageNames.requireDirectoryName(directory), 0, 0);
        String made = directory;
        while (!made.isEmpty())
        {
            if (liveNames.containsKey(made))
            {
                throw new StorageException("cannot make directory: directory=" + made + ", error=it is a file");
            }
            directories.add(made);
            made = StorageNames.directoryOf(made);
        }
    }

    @Override
    public synchronized void rename(final String from, final String to)
    {
        requireDirectoryOf(StorageNames.requireFileName(to));
        final SimulatedNode node = node(StorageNames.requireFileName(from));
        begin("rename", from, to.hashCode(), 0);
        if (!from.equals(to))
        {
            change(new NameChange(changeCount++, from, to, node));
        }
    }

    @Override
    public synchronized void link(final String name, final String second)
    {
        requireDirectoryOf(StorageNames.requireFileName(second));
        final SimulatedNode node = node(StorageNames.requireFileName(name));
        if (liveNames.containsKey(second) || directories.contains(second))
        {
            throw new StorageException("cannot link: file=" + name + ", as=" + second + ", error=it exists");
        }
        begin("link", name, second.hashCode(), 0);
        change(new NameChange(changeCount++, null, second, node));
    }

    @Override
    public Storage within(final String directory)
    {
        makeDirectory(directory);
        return new SimulatedDirectory(this, StorageNames.requireDirectoryName(directory));
    }

    @Override
    public synchronized void delete(final String name)
    {
        final SimulatedNode node = liveNames.get(StorageNames.requireFileName(name));
        begin("delete", name, 0, 0);
        if (node != null)
        {
            change(new NameChange(changeCount++, name, null, node));
        }
    }

    @Override
    public synchronized void forceDirectory(final String directory)
    {
        begin("forceDirectory", StorageNames.requireDirectoryName(directory), 0, 0);
        if (!directories.contains(directory))
        {
            throw new StorageException("cannot force directory: directory=" + directory + ", error=there is none");
        }
        forceNames(directory);
    }

    private void forceNames(final String directory)
    {
        final Iterator<NameChange> changes = unforcedNames.iterator();
        while (changes.hasNext())
        {
            final NameChange change = changes.next();
            if (change.isIn(directory))
            {
                change.applyTo(durableNames);
                changes.remove();
            }
        }
    }

    @Override
    public synchronized StorageLock lock(final String name, final String holder)
    {
        requireUp();
        requireDirectoryOf(StorageNames.requireFileName(name));
        final String heldBy = holderByLock.putIfAbsent(name, holder);
        if (heldBy != null)
        {
            throw new StorageLockedException("locked by another: file=" + name + ", holder=" + heldBy);
        }
        if (!liveNames.containsKey(name))
        {
            final SimulatedNode node = new SimulatedNode();
            liveNames.put(name, node);
            durableNames.put(name, node);
        }
        return new SimulatedLock(this, name, boot);
    }

    @Override
    public synchronized long usableBytes()
    {
        requireUp();
        return Math.max(0, capacityBytes - usedBytes());
    }

    // ---- what open files ask for ----

    synchronized int read(final SimulatedFile file, final ByteBuffer dst, final long position)
    {
        requireUp();
        file.requireUsable(boot);
        final Sectors live = file.node().live();
        final int count = (int) Math.max(0, Math.min(dst.remaining(), live.lengthBytes() - position));
        final byte[] bytes = new byte[count];
        live.read(bytes, 0, count, position);
        dst.put(bytes);
        return count;
    }

    synchronized void write(final SimulatedFile file, final ByteBuffer src, final long position)
    {
        requireUp();
        file.requireUsable(boot);
        final byte[] bytes = new byte[src.remaining()];
        src.get(bytes);
        if (isStruck() && fault == Fault.CRASH_HALF_WAY)
        {
            file.node().write(changeCount++, bytes, bytes.length / 2, position);
        }
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        begin("write", file.name(), position, crc.getValue());
        if (isStruck() && fault == Fault.WRITE_FINDS_NO_ROOM)
        {
            faultAt = NO_FAULT;
            throw new StorageFullException("no room: file=" + file.name() + ", error=simulated");
        }
        final long growth = position + bytes.length - file.node().live().lengthBytes();
        requireRoom("write", file.name(), growth);
        file.node().write(changeCount++, bytes, bytes.length, position);
    }

    synchronized void writeDurably(final SimulatedFile file, final ByteBuffer src, final long position)
    {
        requireUp();
        file.requireUsable(boot);
        requireAligned(file, src, position);
        final byte[] bytes = new byte[src.remaining()];
        src.get(bytes);
        if (isStruck() && fault == Fault.CRASH_HALF_WAY)
        {
            file.node().tear(changeCount++, bytes, position, random);
        }
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        begin("writeDurably", file.name(), position, crc.getValue());
        if (isForceToFail())
        {
            file.node().tear(changeCount++, bytes, position, random);
            failForce(file);
        }
        file.node().writeDurably(bytes, position);
    }

    synchronized void force(final SimulatedFile file)
    {
        requireUp();
        file.requireUsable(boot);
        begin("force", file.name(), 0, 0);
        if (isForceToFail())
        {
            failForce(file);
        }
        file.node().force();
    }

    synchronized long lengthBytes(final SimulatedFile file)
    {
        requireUp();
        file.requireUsable(boot);
        return file.node().live().lengthBytes();
    }

    synchronized void onFileClosed(final long handleBoot)
    {
        if (handleBoot == boot)
        {
            openFileCount--;
        }
    }

    synchronized void onMappingClosed(final long handleBoot)
    {
        if (handleBoot == boot)
        {
            openMappingCount--;
        }
    }

    synchronized void onLockClosed(final String name, final long lockBoot)
    {
        if (lockBoot == boot)
        {
            holderByLock.remove(name);
        }
    }

    private void begin(final String operation, final String name, final long position, final long content)
    {
        requireUp();
        final boolean isCrash = isStruck() && (fault == Fault.CRASH || fault == Fault.CRASH_HALF_WAY);
        operationCount++;
        trace(operation, name, position, content);
        if (isCrash)
        {
            isDown = true;
            throw new SimulatedCrashException(
                "simulated crash: operation=" + operationCount + ", kind=" + operation + ", file=" + name);
        }
    }

    private boolean isForceToFail()
    {
        return operationCount >= faultAt && fault == Fault.FORCE_FAILS;
    }

    private void failForce(final SimulatedFile file)
    {
        faultAt = NO_FAULT;
        file.node().dropUnforced();
        throw new StorageException("cannot force: file=" + file.name() + ", error=simulated");
    }

    private void requireAligned(final SimulatedFile file, final ByteBuffer src, final long position)
    {
        final long end = position + src.remaining();
        final boolean isAligned = src.alignmentOffset(src.position(), directAlignment) == 0 &&
            src.remaining() % directAlignment == 0 && position % directAlignment == 0;
        if (!isAligned || end > file.node().live().lengthBytes())
        {
            throw new StorageException(
                "not aligned or past the end: file=" + file.name() + ", position=" + position + ", length=" +
                    src.remaining() + ", alignment=" + directAlignment);
        }
    }

    private boolean isStruck()
    {
        return operationCount + 1 >= faultAt;
    }

    private void requireUp()
    {
        if (isDown)
        {
            throw new SimulatedCrashException("machine is down: operation=" + operationCount);
        }
    }

    private void requireDirectoryOf(final String name)
    {
        requireUp();
        if (!directories.contains(StorageNames.directoryOf(name)))
        {
            throw new StorageException("there is no such directory: file=" + name);
        }
    }

    private void requireRoom(final String operation, final String name, final long growthBytes)
    {
        if (growthBytes > 0 && growthBytes > capacityBytes - usedBytes())
        {
            throw new StorageFullException(
                "cannot " + operation + ": file=" + name + ", wanted=" + growthBytes + ", capacity=" + capacityBytes);
        }
    }

    private long usedBytes()
    {
        // A node with two names takes its space once; only identity tells nodes apart.
        return Set.copyOf(liveNames.values()).stream().mapToLong((node) -> node.live().lengthBytes()).sum();
    }

    private void change(final NameChange change)
    {
        change.applyTo(liveNames);
        unforcedNames.add(change);
    }

    private SimulatedNode node(final String name)
    {
        requireUp();
        final SimulatedNode node = liveNames.get(name);
        if (node == null)
        {
            throw new StorageException("there is no such file: file=" + name);
        }
        return node;
    }

    /** Every file that may still have a name after a crash, each once, in an order that the seed alone decides. */
    private List<SimulatedNode> nodes()
    {
        final List<SimulatedNode> nodes = new ArrayList<>(durableNames.values());
        for (final NameChange change : unforcedNames)
        {
            if (!nodes.contains(change.node))
            {
                nodes.add(change.node);
            }
        }
        return nodes;
    }

    private void forget(final CrashMode mode)
    {
        final List<SimulatedNode> nodes = nodes();
        final long cutOrder = chooseCut(nodes);
        for (final SimulatedNode node : nodes)
        {
            node.crash(mode, cutOrder, random);
        }
        for (final NameChange change : unforcedNames)
        {
            final boolean isKept = (mode == CrashMode.IN_ORDER && change.order < cutOrder) ||
                (mode == CrashMode.ANY_ORDER && random.nextBoolean());
            if (isKept)
            {
                change.applyTo(durableNames);
            }
        }
        unforcedNames.clear();
        liveNames.clear();
        liveNames.putAll(durableNames);
    }

    private long chooseCut(final List<SimulatedNode> nodes)
    {
        final TreeSet<Long> orders = new TreeSet<>();
        for (final SimulatedNode node : nodes)
        {
            node.addUnforcedOrders(orders);
        }
        for (final NameChange change : unforcedNames)
        {
            orders.add(change.order);
        }
        final int kept = random.nextInt(orders.size() + 1);
        return kept == orders.size() ? Long.MAX_VALUE : new ArrayList<>(orders).get(kept);
    }

    private void trace(final String operation, final String name, final long position, final long content)
    {
        long hash = traceHash;
        hash = (hash ^ operation.hashCode()) * HASH_PRIME;
        hash = (hash ^ name.hashCode()) * HASH_PRIME;
        hash = (hash ^ position) * HASH_PRIME;
        hash = (hash ^ content) * HASH_PRIME;
        traceHash = hash ^ (hash >>> 29);
    }
}
