package org.velocitydb.server.simulation;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.AuthRequest;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.HelloRequest;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.MultiGetRequest;
import org.velocitydb.protocol.v2.MultiGetResult;
import org.velocitydb.protocol.v2.ScanRequest;
import org.velocitydb.protocol.v2.ScanResult;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.protocol.v2.WriteResult;
import org.velocitydb.server.simulation.ModelTables.Target;
import org.velocitydb.server.simulation.ModelWrite.Operation;
import org.velocitydb.transport.network.SimulatedNetwork;

/**
 * A client of version 2 that does random things, many at once, and tells the model what it was answered. It loses its
 * connection now and then; writes with a request id it sends again, until they are answered.
 */
final class Version2Client
{
    static final String USER = "sim";
    static final String PASSWORD = "secret";
    private static final int OUTSTANDING_MAX = 12;
    static final String SHOW_TABLES = "SHOW TABLES";
    private static final int KEY_COUNT = 60;
    /** Ids of tables that a client remembers; some of them are of tables that have been dropped since. */
    private static final int SEEN_COUNT_MAX = 6;
    private static final int PADDING_LENGTH_MAX = 400;
    private static final int LARGE_PADDING_LENGTH = 3_000;
    private static final byte[] NONCE = new byte[32];

    private enum Stage
    {
        DISCONNECTED, GREETING, LOGGING_IN, READY
    }

    private final long id;
    private final SimulatedNetwork network;
    private final InetSocketAddress address;
    private final Model model;
    private final SplittableRandom random;
    private final Crc crc = ClientConnection.newCrc();
    private final FrameCodec codec = new FrameCodec(crc);
    private final FrameDecoder decoder = FrameDecoder.ofResponses(crc, 128 * 1024 * 1024);
    private final Map<Long, Version2Request> requests = new HashMap<>();
    private final Deque<Version2Request> toRetry = new ArrayDeque<>();
    private ClientConnection connection;
    private Stage stage = Stage.DISCONNECTED;
    private boolean isQuiet;
    private long nextCorrelationId = 1;
    private long nextRequestNumber = 1;
    private long nextValue;
    private long lastAcknowledged;

    /** The reads after a restart, of the tables there are and of what each of them holds; empty at other times. */
    private final List<Version2Request> fullScan = new ArrayList<>();
    /** Tables that were shown, those that were shown last at the end. */
    private final List<Target> seenTables = new ArrayList<>();
    private long answerCount;

    Version2Client(
        final long id,
        final SimulatedNetwork network,
        final InetSocketAddress address,
        final Model model,
        final SplittableRandom random)
    {
        this.id = id;
        this.network = network;
        this.address = address;
        this.model = model;
        this.random = random;
    }

    long answerCount()
    {
        return answerCount;
    }

    /** Sends nothing new; takes what it is owed. */
    void quiet(final boolean quiet)
    {
        isQuiet = quiet;
    }

    boolean isIdle()
    {
        return requests.isEmpty() && toRetry.isEmpty();
    }

    // --- connection ---

    void step()
    {
        if (stage == Stage.DISCONNECTED)
        {
            connect();
        }
        if (!connection.exchange(this::onBytes))
        {
            disconnected();
            return;
        }
        if (stage == Stage.READY)
        {
            if (!isQuiet && random.nextInt(800) == 0)
            {
                connection.reset();
                disconnected();
                return;
            }
            sendRequests();
        }
    }

    /** The node is gone. */
    void disconnected()
    {
        if (connection != null)
        {
            connection.close();
            connection = null;
        }
        stage = Stage.DISCONNECTED;
        fullScan.clear();
        requests.values().stream().sorted((left, right) -> Long.compare(left.requestNumber, right.requestNumber))
            .forEach(this::lost);
        requests.clear();
    }

    private void lost(final Version2Request request)
    {
        if (request.write == null)
        {
            return;
        }
        if (request.requestNumber == 0)
        {
            model.unknown(request.write);
        }
        else
        {
            toRetry.add(request);
        }
    }

    private void connect()
    {
        connection = ClientConnection.open(network, address);
        final int message = begin(MessageType.HELLO, nextCorrelationId++);
        end(HelloRequest.put(connection.output(), message, NONCE, ClientConnection.bytes("sim-" + id)));
        stage = Stage.GREETING;
    }

    private int begin(final int type, final long correlationId)
    {
        return FrameCodec.begin(connection.output(), connection.offset(), type, correlationId);
    }

    private void end(final int limit)
    {
        connection.commit(codec.seal(connection.output(), connection.offset(), limit));
    }

    private int onBytes(final ByteBuffer buffer, final int offset, final int available)
    {
        final Fault fault = decoder.tryWrap(buffer, offset, available);
        if (fault == Fault.INCOMPLETE)
        {
            return 0;
        }
        ClientConnection.require(fault);
        final int frameLength = decoder.frameLength();
        onMessage(buffer, decoder.messageOffset(), decoder.messageLength());
        return frameLength;
    }

    private void onMessage(final ByteBuffer buffer, final int offset, final int length)
    {
        switch (decoder.type())
        {
            case MessageType.SERVER_HELLO :
                final int message = begin(MessageType.AUTH, nextCorrelationId++);
                end(AuthRequest.put(
                    connection.output(), message, ClientConnection.bytes(USER), ClientConnection.bytes(PASSWORD)));
                stage = Stage.LOGGING_IN;
                break;
            case MessageType.AUTH_OK :
                stage = Stage.READY;
                break;
            default :
                onAnswer(buffer, offset, length);
                break;
        }
    }

    // --- requests ---

    private void sendRequests()
    {
        while (!toRetry.isEmpty() && connection.hasRoomToSend())
        {
            final Version2Request request = toRetry.poll();
            if (request.sql == null)
            {
                sendWrite(request, Durability.GROUP);
            }
            else
            {
                sendSql(request);
            }
        }
        for (int i = random.nextInt(4); i > 0 && !isQuiet; i--)
        {
            if (requests.size() < OUTSTANDING_MAX && connection.hasRoomToSend())
            {
                sendRandom();
            }
        }
    }

    private void sendRandom()
    {
        final int choice = random.nextInt(100);
        if (choice < 50)
        {
            sendRandomWrite();
        }
        else if (choice < 68)
        {
            sendGet();
        }
        else if (choice < 76)
        {
            sendMultiGet();
        }
        else if (choice < 86)
        {
            sendScan();
        }
        else if (choice < 91)
        {
            sendSqlInsert();
        }
        else if (choice < 95)
        {
            sendSqlSelect();
        }
        else if (choice < 97)
        {
            sendShowTables();
        }
        else if (choice < 99)
        {
            sendDefinition();
        }
        else
        {
            final int message = send(new Version2Request(MessageType.PING, 0));
            end(message);
        }
    }

    private int send(final Version2Request request)
    {
        final long correlationId = nextCorrelationId++;
        requests.put(correlationId, request);
        return begin(request.type, correlationId);
    }

    /** A key as the model calls it, of a table or of kv. */
    private String randomKey(final Target target)
    {
        return target == null
            ? String.format("key:%03d", random.nextInt(KEY_COUNT))
            : randomOf(ModelTables.keys(target.table()));
    }

    /** A table by an id that was seen once, or null for kv. */
    private Target randomSeen()
    {
        return seenTables.isEmpty() || random.nextInt(3) > 0 ? null : randomOf(seenTables);
    }

    /** A table by its name, which may be there or not, or null for kv. */
    private Target randomNamed()
    {
        return random.nextInt(2) == 0 ? null : new Target(randomOf(ModelTables.NAMES), 0, lastAcknowledged);
    }

    private <T> T randomOf(final List<T> some)
    {
        return some.get(random.nextInt(some.size()));
    }

    private static int idOf(final Target target)
    {
        return target == null ? 0 : target.id();
    }

    private static void addTarget(final Version2Request request, final Target target)
    {
        if (target != null)
        {
            request.targets.add(target);
        }
    }

    private String newValue()
    {
        final int length = random.nextInt(20) == 0 ? LARGE_PADDING_LENGTH : random.nextInt(PADDING_LENGTH_MAX);
        return "v" + id + "-" + nextValue++ + "-" + "x".repeat(length);
    }

    private void sendRandomWrite()
    {
        final Version2Request request = new Version2Request(MessageType.WRITE, 0);
        request.write = new ModelWrite();
        final int operationCount = random.nextInt(4) == 0 ? 2 + random.nextInt(4) : 1;
        for (int i = 0; i < operationCount; i++)
        {
            final boolean isDelete = random.nextInt(4) == 0;
            final Target target = randomSeen();
            addTarget(request, target);
            request.write.operations().add(new Operation(
                isDelete ? WriteRequest.KIND_DELETE : WriteRequest.KIND_PUT, idOf(target), randomKey(target),
                isDelete ? null : newValue()));
        }
        if (random.nextInt(3) == 0)
        {
            request.requestNumber = nextRequestNumber++;
        }
        model.sent(request.write);
        sendWrite(request, Durability.GROUP);
    }

    private void sendWrite(final Version2Request request, final Durability durability)
    {
        final long correlationId = nextCorrelationId++;
        requests.put(correlationId, request);
        final int message = FrameCodec.beginRequest(
            connection.output(), connection.offset(), MessageType.WRITE, correlationId,
            FrameDescriptor.NULL_TIMEOUT_US, id, request.requestNumber);
        final List<Operation> operations = request.write.operations();
        // Drawn from the write, so that a second sending is the same request.
        final SplittableRandom shape = new SplittableRandom(operations.hashCode());
        int offset = WriteRequest.put(connection.output(), message, durability, operations.size());
        for (final Operation operation : operations)
        {
            final boolean isConditional = shape.nextInt(6) == 0;
            final int condition = isConditional ? 1 + shape.nextInt(2) : WriteRequest.CONDITION_NONE;
            final int flags = isConditional && operations.size() == 1 ? shape.nextInt(2) : 0;
            final byte[] key = ClientConnection.bytes(ModelTables.plainKey(operation.key()));
            final byte[] value = operation.value() == null ? new byte[0] : ClientConnection.bytes(operation.value());
            final int keyOffset = WriteRequest.putOperation(
                connection.output(), offset, operation.kind(), condition, flags, operation.keyspace(), key.length,
                value.length, 0);
            connection.output().put(keyOffset, key).put(keyOffset + key.length, value);
            offset = keyOffset + key.length + value.length;
        }
        end(offset);
    }

    private void sendGet()
    {
        final Version2Request request = new Version2Request(MessageType.GET, lastAcknowledged);
        final Target target = randomSeen();
        addTarget(request, target);
        request.keys = List.of(randomKey(target));
        final byte[] key = ClientConnection.bytes(ModelTables.plainKey(request.keys.get(0)));
        final int keyOffset = GetRequest.put(connection.output(), send(request), idOf(target), key.length);
        connection.output().put(keyOffset, key);
        end(keyOffset + key.length);
    }

    private void sendMultiGet()
    {
        final Version2Request request = new Version2Request(MessageType.MULTI_GET, lastAcknowledged);
        request.keys = new ArrayList<>();
        final Target target = randomSeen();
        addTarget(request, target);
        final int count = 1 + random.nextInt(10);
        int offset = MultiGetRequest.put(connection.output(), send(request), idOf(target), count);
        for (int i = 0; i < count; i++)
        {
            final String text = randomKey(target);
            request.keys.add(text);
            final byte[] key = ClientConnection.bytes(ModelTables.plainKey(text));
            final int keyOffset = MultiGetRequest.putKeyLength(connection.output(), offset, key.length);
            connection.output().put(keyOffset, key);
            offset = keyOffset + key.length;
        }
        end(offset);
    }

    private void sendScan()
    {
        final Version2Request request = new Version2Request(MessageType.SCAN, lastAcknowledged);
        addTarget(request, randomSeen());
        request.isReverse = random.nextBoolean();
        request.prefix = random.nextBoolean() ? "key:" : "key:0" + random.nextInt(6);
        request.limit = random.nextInt(3) == 0 ? 1 + random.nextInt(20) : ScanRequest.NO_LIMIT;
        sendScan(request);
    }

    private void sendScan(final Version2Request request)
    {
        final byte[] prefix = ClientConnection.bytes(request.prefix);
        final int flags = ScanRequest.FLAG_PREFIX | (request.isReverse ? ScanRequest.FLAG_REVERSE : 0);
        final int fromOffset = ScanRequest.put(
            connection.output(), send(request), idOf(request.target()), flags, request.limit, prefix.length,
            ScanRequest.UNBOUNDED);
        connection.output().put(fromOffset, prefix);
        end(fromOffset + prefix.length);
    }

    private void sendSqlInsert()
    {
        final Version2Request request = new Version2Request(MessageType.SQL, 0);
        final Target target = randomNamed();
        addTarget(request, target);
        request.write = new ModelWrite();
        final StringBuilder sql = new StringBuilder("INSERT INTO ").append(target == null ? "kv" : target.table())
            .append(" (key, value) VALUES ");
        final int rowCount = 1 + random.nextInt(3);
        for (int i = 0; i < rowCount; i++)
        {
            final Operation operation = new Operation(WriteRequest.KIND_PUT, 0, randomKey(target), newValue());
            request.write.operations().add(operation);
            sql.append(i == 0 ? "" : ", ").append("('").append(ModelTables.plainKey(operation.key())).append("', '")
                .append(operation.value()).append("')");
        }
        model.sent(request.write);
        request.sql = sql.toString();
        sendSql(request);
    }

    private void sendSqlSelect()
    {
        final Version2Request request = new Version2Request(MessageType.SQL, lastAcknowledged);
        final Target target = randomNamed();
        addTarget(request, target);
        request.isReverse = random.nextBoolean();
        request.sql = "SELECT key, value FROM " + (target == null ? "kv" : target.table()) +
            " WHERE key LIKE 'key:%' ORDER BY key" + (request.isReverse ? " DESC" : "");
        sendSql(request);
    }

    private void sendShowTables()
    {
        final Version2Request request = new Version2Request(MessageType.SQL, lastAcknowledged);
        request.sql = SHOW_TABLES;
        sendSql(request);
    }

    /** Makes a table or, less often, drops one; whether it is there or not. */
    private void sendDefinition()
    {
        final boolean isCreate = random.nextInt(5) > 1;
        final String table = randomOf(ModelTables.NAMES);
        final Version2Request request = new Version2Request(MessageType.SQL, 0);
        request.targets.add(new Target(table, 0, lastAcknowledged));
        request.write = new ModelWrite();
        request.write.operations().add(new Operation(
            isCreate ? ModelWrite.KIND_CREATE : ModelWrite.KIND_DROP, 0, table, null));
        request.sql = (isCreate ? "CREATE TABLE " : "DROP TABLE ") +
            (random.nextInt(3) > 0 ? "" : isCreate ? "IF NOT EXISTS " : "IF EXISTS ") + table;
        request.requestNumber = random.nextInt(3) == 0 ? nextRequestNumber++ : 0;
        model.sent(request.write);
        sendSql(request);
    }

    private void sendSql(final Version2Request request)
    {
        final long correlationId = nextCorrelationId++;
        requests.put(correlationId, request);
        final int message = FrameCodec.beginRequest(
            connection.output(), connection.offset(), MessageType.SQL, correlationId,
            FrameDescriptor.NULL_TIMEOUT_US, id, request.requestNumber);
        final byte[] statement = ClientConnection.bytes(request.sql);
        final int statementOffset = SqlRequest.put(connection.output(), message, statement.length, 0);
        connection.output().put(statementOffset, statement);
        end(statementOffset + statement.length);
    }

    // --- answers ---

    private void onAnswer(final ByteBuffer buffer, final int offset, final int length)
    {
        final Version2Request request = requests.get(decoder.correlationId());
        Model.require(request != null, "an answer that nobody asked for: " + decoder.type());
        answerCount++;
        if (!decoder.hasMore())
        {
            requests.remove(decoder.correlationId());
        }
        switch (decoder.type())
        {
            case MessageType.WRITE_RESULT -> onWriteResult(request, buffer, offset, length);
            case MessageType.GET_RESULT -> onGetResult(request, buffer, offset, length);
            case MessageType.MULTI_GET_RESULT -> onMultiGetResult(request, buffer, offset, length);
            case MessageType.SCAN_RESULT -> onScanResult(request, buffer, offset, length);
            case MessageType.SQL_RESULT -> onSqlResult(request, buffer, offset, length);
            case MessageType.PONG -> Model.require(length == 0, "a pong with content");
            case MessageType.ERROR -> onError(request, buffer, offset, length);
            default -> throw new AssertionError("an answer of an unknown type: " + decoder.type());
        }
    }

    private void onWriteResult(final Version2Request request, final ByteBuffer buffer, final int offset,
        final int length)
    {
        final WriteResult result = new WriteResult();
        ClientConnection.require(result.tryWrap(buffer, offset, length));
        if (!result.isApplied())
        {
            model.notDone(request.write);
            return;
        }
        acknowledged(request, result.sequence(), result.appliedCount());
    }

    private void acknowledged(final Version2Request request, final long sequence, final int appliedCount)
    {
        model.acknowledged(request.write, sequence, appliedCount, true);
        lastAcknowledged = Math.max(lastAcknowledged, appliedCount == 0 ? 0 : sequence);
    }

    private void onGetResult(final Version2Request request, final ByteBuffer buffer, final int offset, final int length)
    {
        final GetResult result = new GetResult();
        ClientConnection.require(result.tryWrap(buffer, offset, length));
        servedAt(request, result.servedAt());
        observed(
            request.keys.get(0), result.isFound(), buffer, result.valueOffset(), result.valueLength(),
            result.version(), result.servedAt());
    }

    private void onMultiGetResult(
        final Version2Request request, final ByteBuffer buffer, final int offset, final int length)
    {
        final MultiGetResult result = new MultiGetResult();
        ClientConnection.require(result.tryWrap(buffer, offset, length));
        servedAt(request, result.servedAt());
        while (result.next())
        {
            observed(
                request.keys.get(request.count++), result.isFound(), buffer, result.valueOffset(),
                result.valueLength(), result.version(), result.servedAt());
        }
        Model.require(
            decoder.hasMore() || request.count == request.keys.size(), "a multi-get lacks answers: " + request.count);
    }

    private void observed(
        final String key,
        final boolean isFound,
        final ByteBuffer buffer,
        final int valueOffset,
        final int valueLength,
        final long version,
        final long servedAt)
    {
        if (isFound)
        {
            model.observedValue(
                key, ClientConnection.text(buffer, valueOffset, valueLength), version, servedAt);
        }
        else
        {
            model.observedAbsent(key, servedAt);
        }
    }

    private void servedAt(final Version2Request request, final long servedAt)
    {
        Model.require(
            servedAt >= request.minServedAt,
            "a read does not see its own connection's writes: servedAt=" + servedAt + ", acknowledged=" +
                request.minServedAt);
        Model.require(
            request.servedAt < 0 || request.servedAt == servedAt, "pages of one answer are of several snapshots");
        request.servedAt = servedAt;
        if (!request.targets.isEmpty())
        {
            model.tables().servedAt(request.target(), servedAt);
        }
    }

    private void onScanResult(final Version2Request request, final ByteBuffer buffer, final int offset,
        final int length)
    {
        final ScanResult result = new ScanResult();
        ClientConnection.require(result.tryWrap(buffer, offset, length));
        servedAt(request, result.servedAt());
        while (result.next())
        {
            final String key = ClientConnection.text(buffer, result.keyOffset(), result.keyLength());
            final String value = ClientConnection.text(buffer, result.valueOffset(), result.valueLength());
            inOrder(request, key);
            request.state.put(request.modelKey(key), value);
            request.versions.put(request.modelKey(key), result.version());
        }
        if (!decoder.hasMore())
        {
            scanned(request);
        }
    }

    private static void inOrder(final Version2Request request, final String key)
    {
        Model.require(key.startsWith(request.prefix), "a scan left its range: " + key);
        Model.require(
            request.lastKey == null ||
                (request.isReverse ? key.compareTo(request.lastKey) < 0 : key.compareTo(request.lastKey) > 0),
            "a scan is out of order: key=" + key + ", before=" + request.lastKey);
        request.lastKey = key;
    }

    private void scanned(final Version2Request request)
    {
        if (fullScan.contains(request))
        {
            // What this client read decides about the state after a restart; see Simulation.
            return;
        }
        Model.require(
            request.limit == 0 || request.state.size() <= request.limit, "a scan gave more than its limit");
        request.state
            .forEach((key, value) -> model.observedValue(key, value, request.versions.get(key), request.servedAt));
        if (request.limit == 0)
        {
            for (int i = 0; i < KEY_COUNT; i++)
            {
                final String key = request.modelKey(String.format("key:%03d", i));
                if (ModelTables.plainKey(key).startsWith(request.prefix) && !request.state.containsKey(key))
                {
                    model.observedAbsent(key, request.servedAt);
                }
            }
            if (request.target() != null && "key:".equals(request.prefix))
            {
                model.observedTable(request.target().table(), request.state, request.versions, request.servedAt);
            }
        }
    }

    private void onSqlResult(final Version2Request request, final ByteBuffer buffer, final int offset, final int length)
    {
        final SqlResult result = new SqlResult();
        ClientConnection.require(result.tryWrap(buffer, offset, length));
        if (request.write != null)
        {
            acknowledged(request, result.sequence(), (int) result.rowsAffected());
            return;
        }
        servedAt(request, result.sequence());
        final SqlValues values = new SqlValues();
        result.values(values);
        for (long i = 0; i < result.rowCount(); i++)
        {
            Model.require(values.next(), "a row lacks its key");
            final String key = ClientConnection.text(buffer, values.bytesOffset(), values.bytesLength());
            inOrder(request, key);
            Model.require(values.next(), "a row lacks its value");
            request.state.put(
                request.modelKey(key), ClientConnection.text(buffer, values.bytesOffset(), values.bytesLength()));
        }
        if (!decoder.hasMore())
        {
            selected(request);
        }
    }

    private void selected(final Version2Request request)
    {
        if (request.isShowTables())
        {
            request.state.forEach((name, tableId) -> request.tableIds.put(name, Integer.valueOf(tableId)));
            request.tableIds.keySet().retainAll(ModelTables.NAMES);
            model.tables().observed(request.tableIds, request.servedAt);
            request.tableIds.forEach((name, tableId) -> seen(new Target(name, tableId, request.servedAt)));
        }
        else if (request.target() != null)
        {
            model.observedTable(request.target().table(), request.state, request.versions, request.servedAt);
        }
    }

    private void seen(final Target target)
    {
        seenTables.removeIf(earlier -> earlier.id() == target.id());
        seenTables.add(target);
        if (seenTables.size() > SEEN_COUNT_MAX)
        {
            seenTables.remove(0);
        }
    }

    private void onError(final Version2Request request, final ByteBuffer buffer, final int offset, final int length)
    {
        final ErrorMessage error = new ErrorMessage();
        ClientConnection.require(error.tryWrap(buffer, offset, length));
        final boolean isRefused = error.outcome() == Outcome.NOT_DONE &&
            (error.code() == ErrorCode.INVALID_COMMAND || error.code() == ErrorCode.SQL_ERROR);
        if (request.write == null)
        {
            Model.require(!isRefused || isRefusalDue(request), "a read was refused: " + error.text());
            return;
        }
        if (error.outcome() == Outcome.NOT_DONE)
        {
            model.notDone(request.write);
            Model.require(!isRefused || isRefusalDue(request), "a write was refused: " + error.text());
        }
        else if (request.requestNumber != 0)
        {
            toRetry.add(request);
        }
        else
        {
            model.unknown(request.write);
        }
    }

    /** Whether what the tables are known to be can be why a request was refused. */
    private boolean isRefusalDue(final Version2Request request)
    {
        if (request.requestNumber != 0)
        {
            // It may have been sent before, and be refused as it was refused then.
            return true;
        }
        final boolean isCreation = request.write != null &&
            request.write.operations().get(0).kind() == ModelWrite.KIND_CREATE;
        return request.targets.stream().anyMatch(target -> isCreation
            ? model.tables().mayBeThere(target)
            : model.tables().mayBeMissing(target));
    }

    // --- the state after a restart ---

    /**
     * Reads everything, as long as nothing else is under way.
     *
     * @return whether the whole state has been read and handed to the model.
     */
    boolean stepFullScan()
    {
        if (stage == Stage.DISCONNECTED)
        {
            connect();
        }
        if (!connection.exchange(this::onBytes))
        {
            disconnected();
            return false;
        }
        if (stage != Stage.READY)
        {
            return false;
        }
        if (fullScan.isEmpty())
        {
            final Version2Request tables = new Version2Request(MessageType.SQL, 0);
            tables.sql = SHOW_TABLES;
            fullScan.add(tables);
            sendSql(tables);
            return false;
        }
        if (!requests.isEmpty())
        {
            return false;
        }
        final Version2Request tables = fullScan.get(0);
        if (fullScan.size() == 1)
        {
            sendFullScan(null);
            tables.tableIds.forEach((name, tableId) -> sendFullScan(new Target(name, tableId, tables.servedAt)));
            return false;
        }
        recovered(tables);
        lastAcknowledged = 0;
        fullScan.clear();
        return true;
    }

    private void sendFullScan(final Target target)
    {
        final Version2Request scan = new Version2Request(MessageType.SCAN, 0);
        addTarget(scan, target);
        scan.prefix = "key:";
        fullScan.add(scan);
        sendScan(scan);
    }

    private void recovered(final Version2Request tables)
    {
        final Map<String, String> state = new TreeMap<>();
        final Map<String, Long> versions = new TreeMap<>();
        for (final Version2Request scan : fullScan.subList(1, fullScan.size()))
        {
            Model.require(
                scan.servedAt == tables.servedAt,
                "the state changes while nobody writes: sequence=" + scan.servedAt + ", before=" + tables.servedAt);
            state.putAll(scan.state);
            versions.putAll(scan.versions);
        }
        model.recovered(tables.tableIds, state, versions, tables.servedAt);
    }
}
