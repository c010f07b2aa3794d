package org.velocitydb.server.simulation;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import org.agrona.concurrent.Agent;
import org.velocitydb.engine.StoreContext;
import org.velocitydb.engine.cache.CacheSize;
import org.velocitydb.journal.SyncMethod;
import org.velocitydb.journal.storage.CrashMode;
import org.velocitydb.journal.storage.Fault;
import org.velocitydb.journal.storage.SimulatedCrashException;
import org.velocitydb.journal.storage.SimulatedStorage;
import org.velocitydb.server.node.HostIdentity;
import org.velocitydb.server.node.NodeContext;
import org.velocitydb.server.node.VelocityNode;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.network.SimulatedNetwork;

/**
 * One run of a whole node on one thread. Everything random comes from the seed, so the same seed gives the same run.
 *
 * <p>A run is a number of lives of the node. In each, agents and clients are stepped in random order until the disk
 * stops at a random operation, or a force fails, or the process is killed; then what was not forced is lost or torn,
 * the node is opened again on what is left, and a client reads everything and compares it with the model.
 */
public final class Simulation
{
    private static final int LIFE_COUNT = 3;
    private static final int STEPS_PER_LIFE_MAX = 6_000;
    private static final int RECOVERY_STEPS_MAX = 200_000;
    private static final int VERSION_2_CLIENT_COUNT = 4;
    private static final int VERSION_1_CLIENT_COUNT = 2;
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("127.0.0.1", 5432);

    private final SplittableRandom random;
    private final SimulatedStorage storage;
    private final SimulatedNetwork network;
    private final SimulatedClock clock = new SimulatedClock();
    private final Model model = new Model();
    private final List<Version2Client> clients = new ArrayList<>();
    private final List<Version1Client> simpleClients = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private VelocityNode node;
    private List<Agent> agents = List.of();
    private int crashCount;

    /**
     * What a run was, for comparing it with another and for people.
     *
     * @param traceHash    of everything that the disk and the network saw.
     * @param answers      that clients got.
     * @param observations that the model compared.
     * @param definitions  that made or dropped a table.
     * @param crashes      of the node.
     */
    public record Result(long traceHash, long answers, long observations, long definitions, int crashes)
    {
    }

    /**
     * A run that has not begun.
     *
     * @param seed of every choice.
     */
    public Simulation(final long seed)
    {
        random = new SplittableRandom(seed);
        storage = new SimulatedStorage(random.nextLong());
        storage.directAlignment(4096);
        network = new SimulatedNetwork(random.nextLong()).maxDelaySteps(random.nextInt(4))
            .maxTransferBytes(1 + random.nextInt(20_000));
        for (int i = 0; i < VERSION_2_CLIENT_COUNT; i++)
        {
            clients.add(new Version2Client(i + 1, network, ADDRESS, model, random.split()));
        }
        for (int i = 0; i < VERSION_1_CLIENT_COUNT; i++)
        {
            simpleClients.add(new Version1Client(i + 1, network, ADDRESS, random.split()));
        }
    }

    /**
     * Runs it.
     *
     * @return what it was.
     * @throws Exception  what an agent throws that it should not.
     * @throws AssertionError when an answer is not what the model allows.
     */
    public Result run() throws Exception
    {
        open();
        for (int life = 0; life < LIFE_COUNT; life++)
        {
            live();
            restart();
            recover();
        }
        final long answers = clients.stream().mapToLong(Version2Client::answerCount).sum() +
            simpleClients.stream().mapToLong(Version1Client::answerCount).sum();
        stop();
        Model.require(storage.openHandles() == 0, "open after close: handles=" + storage.openHandles());
        return new Result(
            storage.traceHash() * 31 + network.traceHash(), answers, model.observationCount(),
            model.tables().definitionCount(), crashCount);
    }

    // --- the node ---

    private void open()
    {
        errors.clear();
        final SplittableRandom entropy = random.split();
        final StoreContext store = new StoreContext()
            .storage(storage)
            .seed(random.nextLong())
            .isInvoked(true)
            .nanoClock(clock)
            .epochClock(clock)
            .errorHandler(errors::add)
            .memtableEntryCountMax(20 + random.nextInt(200))
            .compactionThreshold(2 + random.nextInt(4))
            .cacheSize(CacheSize.ofEntries(random.nextInt(2) * 64))
            .ringSlotCount(64)
            .segmentLength(64 * 1024)
            .journalSyncMethod(crashCount % 2 == 0 ? SyncMethod.DIRECT : SyncMethod.BUFFERED);
        node = VelocityNode.open(new NodeContext()
            .store(store)
            .network(network)
            .bindAddress(ADDRESS)
            .nanoClock(clock)
            .identity(new SimulatedIdentity())
            .entropy(entropy::nextBytes)
            .users(UserDirectory.of(Map.of(Version2Client.USER, anyPhc()), Set.of()))
            .passwordVerifier(
                (phc, password) -> new String(password, StandardCharsets.UTF_8).equals(Version2Client.PASSWORD))
            .outstandingWriteCountMax(64)
            .errorHandler(errors::add));
        agents = node.agents();
    }

    private static Argon2Phc anyPhc()
    {
        return Argon2Phc.parse(
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" +
                "9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ");
    }

    private void stop()
    {
        node.close();
        agents = List.of();
    }

    /**
     * Opens the node on what the disk has kept; the disk may stop again while it does.
     */
    private void restart()
    {
        for (int attempt = 0;; attempt++)
        {
            crash();
            if (attempt < 3 && random.nextInt(3) == 0)
            {
                storage.failAt(storage.operations() + 1 + random.nextInt(12), Fault.CRASH_HALF_WAY);
            }
            try
            {
                open();
                return;
            }
            catch (final SimulatedCrashException ex)
            {
                crashCount++;
            }
        }
    }

    private void crash()
    {
        if (!agents.isEmpty())
        {
            crashCount++;
            stop();
        }
        clients.forEach(Version2Client::disconnected);
        simpleClients.forEach(Version1Client::disconnected);
        final CrashMode[] modes = CrashMode.values();
        storage.crash(modes[random.nextInt(modes.length)]);
    }

    // --- stepping ---

    private void live() throws Exception
    {
        final int stepCount = 500 + random.nextInt(STEPS_PER_LIFE_MAX);
        if (random.nextInt(5) > 0)
        {
            final Fault[] faults = Fault.values();
            storage.failAt(storage.operations() + 1 + random.nextInt(stepCount / 4),
                faults[random.nextInt(faults.length)]);
        }
        for (int i = 0; i < stepCount && !isDown(); i++)
        {
            stepWorld();
            if (random.nextInt(4) == 0)
            {
                simpleClients.get(random.nextInt(simpleClients.size())).step();
            }
            else
            {
                clients.get(random.nextInt(clients.size())).step();
            }
        }
    }

    private boolean isDown()
    {
        return node.failure() != null || errors.stream().anyMatch(SimulatedCrashException.class::isInstance);
    }

    private void stepWorld() throws Exception
    {
        clock.advance(random.nextInt(200_000));
        if (random.nextInt(2) == 0)
        {
            network.step();
        }
        try
        {
            agents.get(random.nextInt(agents.size())).doWork();
        }
        catch (final SimulatedCrashException ex)
        {
            errors.add(ex);
        }
        for (final Throwable error : errors)
        {
            Model.require(isExpected(error), "the node reported: " + error);
        }
    }

    private static boolean isExpected(final Throwable error)
    {
        final String message = String.valueOf(error.getMessage());
        return error instanceof SimulatedCrashException || error.getClass().getName().contains("Journal") ||
            message.contains("force") || message.contains("no room");
    }

    private void recover() throws Exception
    {
        final Version2Client reader = clients.get(random.nextInt(clients.size()));
        for (int i = 0; !reader.stepFullScan(); i++)
        {
            Model.require(i < RECOVERY_STEPS_MAX, "the state could not be read after a restart");
            stepWorld();
        }
    }

    /**
     * Replays runs: {@code --seed N} one of them, {@code --seeds N} the first N.
     *
     * @param args which.
     * @throws Exception when a run fails.
     */
    public static void main(final String[] args) throws Exception
    {
        final boolean isOne = args.length == 2 && "--seed".equals(args[0]);
        final boolean isMany = args.length == 2 && "--seeds".equals(args[0]);
        if (!isOne && !isMany)
        {
            System.err.println("usage: simulate --seed N | --seeds N");
            System.exit(2);
        }
        final long last = Long.parseLong(args[1]);
        long crashes = 0;
        for (long seed = isOne ? last : 0; isOne ? seed == last : seed < last; seed++)
        {
            final Result result = runSeed(seed);
            crashes += result.crashes();
            if (isOne || seed % 100 == 99)
            {
                System.out.println("seed=" + seed + " " + result + " crashes so far: " + crashes);
            }
        }
    }

    /**
     * Runs one seed.
     *
     * @param seed of the run.
     * @return what it was.
     */
    static Result runSeed(final long seed)
    {
        try
        {
            return new Simulation(seed).run();
        }
        catch (final Throwable ex)
        {
            throw new AssertionError("simulation failed, replay with: scripts/simulate --seed " + seed, ex);
        }
    }

    /** Signs with a hash: what is simulated is the node, not cryptography. */
    private static final class SimulatedIdentity implements HostIdentity
    {
        @Override
        public byte[] publicKey()
        {
            return new byte[44];
        }

        @Override
        public String fingerprint()
        {
            return "0".repeat(64);
        }

        @Override
        public byte[] sign(final byte[] message)
        {
            return new byte[64];
        }
    }
}
