package org.velocitydb.perf.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.HdrHistogram.Histogram;
import org.velocitydb.client.ClientOptions;
import org.velocitydb.client.VelocityClient;
import org.velocitydb.client.Wire;
import org.velocitydb.client.WireFactory;
import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.HandshakeTranscript;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long one GET takes over one connection, over TCP or Aeron: sent and awaited by one thread that does nothing else,
 * or with {@code --client} by the Java client, whose answers come in on another. Runs of the given addresses take
 * turns. Run: {@code java --add-opens java.base/jdk.internal.misc=ALL-UNNAMED -cp perf/target/velocitydb-perf.jar
 * org.velocitydb.perf.load.RoundTrip --help}.
 */
@Command(name = "round-trip", mixinStandardHelpOptions = true, sortOptions = false, description = RoundTrip.ABOUT)
public final class RoundTrip implements Callable<Integer>
{
    static final String ABOUT = "One GET after the other over one connection, from one thread.";
    private static final String ADDRESS = "host:port, aeron:ipc..., aeron:udp?...; several, separated by commas.";
    private static final String USER = "Who logs in. Default: ${DEFAULT-VALUE}.";
    private static final String PASSWORD = "Else $$VELOCITY_PASSWORD.";
    private static final String OPERATIONS = "In each run. Default: ${DEFAULT-VALUE}.";
    private static final String RUNS = "Of each address, the first not reported. Default: ${DEFAULT-VALUE}.";
    private static final String CLIENT = "Through the Java client.";

    private static final byte[] KEY = "round-trip".getBytes(StandardCharsets.UTF_8);
    private static final int VALUE_LENGTH = 100;
    private static final int BUFFER_LENGTH = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(names = "--address", split = ",", required = true, description = ADDRESS)
    private List<String> addresses;

    @Option(names = "--user", defaultValue = "admin", description = USER)
    private String user;

    @Option(names = "--password", defaultValue = "${env:VELOCITY_PASSWORD}", description = PASSWORD)
    private String password;

    @Option(names = "--operations", defaultValue = "50000", description = OPERATIONS)
    private int operationCount;

    @Option(names = "--runs", defaultValue = "4", description = RUNS)
    private int runCount;

    @Option(names = "--client", description = CLIENT)
    private boolean usesClient;

    /** One GET, from its sending to its answer. */
    @FunctionalInterface
    private interface Operation
    {
        void run() throws IOException;
    }

    private RoundTrip()
    {
    }

    /**
     * Runs it and ends the process.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args)
    {
        System.exit(new CommandLine(new RoundTrip()).execute(args));
    }

    @Override
    public Integer call() throws IOException
    {
        final List<Operation> operations = new ArrayList<>();
        for (final String address : addresses)
        {
            operations.add(usesClient ? client(address) : raw(address));
        }
        for (int run = 0; run < runCount; run++)
        {
            for (int i = 0; i < addresses.size(); i++)
            {
                final Histogram latencyNs = measure(operations.get(i));
                if (run > 0)
                {
                    System.out.println(line(addresses.get(i), latencyNs));
                }
            }
        }
        return 0;
    }

    private Histogram measure(final Operation operation) throws IOException
    {
        final Histogram latencyNs = new Histogram(3);
        for (int i = 0; i < operationCount; i++)
        {
            final long startNs = System.nanoTime();
            operation.run();
            latencyNs.recordValue(System.nanoTime() - startNs);
        }
        return latencyNs;
    }

    private static String line(final String address, final Histogram latencyNs)
    {
        return String.format(
            Locale.ROOT, "%-40s median %6.1f us, p90 %6.1f us, p99 %6.1f us, p99.9 %6.1f us, mean %6.1f us", address,
            latencyNs.getValueAtPercentile(50) / 1e3, latencyNs.getValueAtPercentile(90) / 1e3,
            latencyNs.getValueAtPercentile(99) / 1e3, latencyNs.getValueAtPercentile(99.9) / 1e3,
            latencyNs.getMean() / 1e3);
    }

    private Operation client(final String address)
    {
        final VelocityClient client = VelocityClient.connect(ClientOptions.of(address));
        client.authenticate(user, password);
        client.put(KEY, new byte[VALUE_LENGTH]);
        return () -> client.get(KEY).orElseThrow();
    }

    private Operation raw(final String address) throws IOException
    {
        try (VelocityClient client = VelocityClient.connect(ClientOptions.of(address)))
        {
            client.authenticate(user, password);
            client.put(KEY, new byte[VALUE_LENGTH]);
        }
        final WireFactory factory = WireFactory.of(address);
        final Caller caller = new Caller(factory == null ? tcp(address) : aeron(factory.open(address, PATIENCE)));
        caller.login(user, password);
        return caller::get;
    }

    /** Bytes in both directions; the end of the process closes it. */
    private record Stream(Reading reading, Writing writing)
    {
    }

    /** Waits for bytes. */
    @FunctionalInterface
    private interface Reading
    {
        int read(ByteBuffer dst) throws IOException;
    }

    /** Writes what remains. */
    @FunctionalInterface
    private interface Writing
    {
        void write(ByteBuffer src) throws IOException;
    }

    private static Stream aeron(final Wire wire)
    {
        return new Stream(wire::read, wire::write);
    }

    private static Stream tcp(final String address) throws IOException
    {
        final int colon = address.lastIndexOf(':');
        final SocketChannel channel = SocketChannel.open(
            new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Stream(channel::read, channel::write);
    }

    /** One thread that sends a frame and waits for its answer. */
    private static final class Caller
    {
        private final Stream stream;
        private final FrameCodec codec = new FrameCodec(new Crc());
        private final FrameDecoder decoder = FrameDecoder.ofResponses(new Crc(), Limits.DEFAULT_MAX_FRAME_LENGTH);
        private final ByteBuffer output = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);

        Caller(final Stream stream)
        {
            this.stream = stream;
        }

        void login(final String user, final String password) throws IOException
        {
            int message = FrameCodec.begin(output, 0, MessageType.HELLO, 1);
            call(HelloRequest.put(output, message, new byte[HandshakeTranscript.NONCE_LENGTH], new byte[0]),
                MessageType.SERVER_HELLO);
            message = FrameCodec.begin(output, 0, MessageType.AUTH, 1);
            call(AuthRequest.put(
                output, message, user.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8)),
                MessageType.AUTH_OK);
        }

        void get() throws IOException
        {
            final int message = FrameCodec.begin(output, 0, MessageType.GET, 1);
            final int keyOffset = GetRequest.put(output, message, Limits.DEFAULT_KEYSPACE, KEY.length);
            output.put(keyOffset, KEY);
            call(keyOffset + KEY.length, MessageType.GET_RESULT);
        }

        private void call(final int limit, final int answerType) throws IOException
        {
            codec.seal(output, 0, limit);
            stream.writing().write(output.limit(limit));
            output.clear();
            int length = 0;
            Fault fault = Fault.INCOMPLETE;
            while (fault == Fault.INCOMPLETE)
            {
                final int count = stream.reading().read(input.clear().position(length));
                if (count < 0)
                {
                    throw new LoadException("the server ended the connection");
                }
                length += count;
                fault = decoder.tryWrap(input.clear(), 0, length);
            }
            if (fault != Fault.NONE || decoder.type() != answerType)
            {
                throw new LoadException("not the answer: fault=" + fault + ", type=" + decoder.type());
            }
        }
    }
}
