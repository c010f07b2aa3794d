package org.velocitydb.server.node;

import java.util.Arrays;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.velocitydb.engine.command.Completion;
import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.engine.entry.KeyText;

/**
 * One event loop's part of the slow log: it keeps the beginning of each write's first key until the write is answered,
 * and makes an entry of what was slow. Used on the loop's thread alone; allocation-free while nothing is slow, and two
 * counts while the log is off.
 *
 * <p>Writes of one loop are answered in the order in which they were sent, since the ring, the writer and the
 * completion queue keep it. So what is kept of them is a queue, too, as long as there can be writes outstanding.
 */
final class LoopSlowLog
{
    /** A key's bytes that are kept, its keyspace before them. */
    private static final int KEPT_LENGTH = Integer.BYTES + 32;
    private static final long NS_PER_US = 1_000;

    /**
     * A request that may turn out to have been slow.
     */
    interface Request
    {
        /**
         * What kind it was. Asked for only when it was slow.
         *
         * @return a word or two for people.
         */
        String kind();

        /**
         * Its key, for people. Asked for only when it was slow.
         *
         * @return shortened, or nothing.
         */
        default String shownKey()
        {
            return "";
        }
    }

    private final SlowLog log;
    private final NodeContext context;
    private final int capacity;
    private long thresholdNs = NodeSettings.NO_SLOW_LOG;
    private long sentCount;
    private long answeredCount;
    /** Made when the log is first turned on: what is kept of a write, by its number modulo the capacity. */
    private long[] numbers;
    private int[] operationCounts;
    private byte[] kinds;
    /** What the client calls the write; null where the operations say it. */
    private String[] names;
    private int[] keyLengths;
    private UnsafeBuffer keys;

    LoopSlowLog(final SlowLog log, final NodeContext context)
    {
        this.log = log;
        this.context = context;
        capacity = BitUtil.findNextPositivePowerOfTwo(context.outstandingWriteCountMax());
    }

    void threshold(final long ns)
    {
        thresholdNs = ns;
        if (isOn() && numbers == null)
        {
            numbers = new long[capacity];
            Arrays.fill(numbers, -1);
            operationCounts = new int[capacity];
            kinds = new byte[capacity];
            names = new String[capacity];
            keyLengths = new int[capacity];
            keys = new UnsafeBuffer(new byte[capacity * KEPT_LENGTH]);
        }
    }

    boolean isOn()
    {
        return thresholdNs != NodeSettings.NO_SLOW_LOG;
    }

    /** The present on the node's clock. Asked while the log is on. */
    long clockNs()
    {
        return context.nanoClock().nanoTime();
    }

    // --- writes ---

    /**
     * A write is sent to the writer.
     *
     * @param payload        as {@link OperationDescriptor} draws it.
     * @param operationCount of the write.
     * @param name           what the client calls it, or null where the operations say that.
     */
    void onSent(final DirectBuffer payload, final int operationCount, final String name)
    {
        if (isOn())
        {
            final int index = (int) sentCount & capacity - 1;
            final int keyLength = OperationDescriptor.keyLength(payload, 0);
            numbers[index] = sentCount;
            operationCounts[index] = operationCount;
            kinds[index] = (byte) OperationDescriptor.kind(payload, 0);
            names[index] = name;
            keyLengths[index] = keyLength;
            keys.putBytes(
                index * KEPT_LENGTH, payload, OperationDescriptor.keyOffset(0), Math.min(keyLength, KEPT_LENGTH));
        }
        sentCount++;
    }

    /**
     * A write has been answered. Called for every completion, in order.
     *
     * @param client     that asked, or null where it has gone.
     * @param completion of the write.
     * @param nowNs      the present.
     */
    void onAnswered(final ClientState client, final Completion completion, final long nowNs)
    {
        final long number = answeredCount++;
        if (isOn() && client != null)
        {
            final long totalUs = ReplyTag.elapsedUs(completion.tag(), nowNs);
            if (totalUs * NS_PER_US >= thresholdNs)
            {
                addWrite(client, completion, number, totalUs, nowNs);
            }
        }
    }

    private void addWrite(
        final ClientState client,
        final Completion completion,
        final long number,
        final long totalUs,
        final long nowNs)
    {
        final int index = (int) number & capacity - 1;
        final boolean isKept = numbers[index] == number;
        long queuedUs = SlowRequest.NONE;
        long replyUs = SlowRequest.NONE;
        final boolean isTimed = completion.isTimed();
        if (isTimed)
        {
            final long sinceTakenUs = (nowNs - completion.takenNs()) / NS_PER_US;
            queuedUs = Math.max(0, totalUs - sinceTakenUs);
            replyUs = Math.max(
                0, sinceTakenUs - completion.applyUs() - completion.journalUs() - completion.forceUs());
        }
        log.add(new SlowRequest(
            context.store().epochClock().time(), client.session().id(), client.principal().name(),
            isKept ? name(index) : "WRITE", isKept ? key(index) : "", totalUs, queuedUs,
            isTimed ? completion.applyUs() : SlowRequest.NONE, isTimed ? completion.journalUs() : SlowRequest.NONE,
            isTimed ? completion.forceUs() : SlowRequest.NONE, replyUs, SlowRequest.NONE));
    }

    private String name(final int index)
    {
        return names[index] == null ? name(kinds[index], operationCounts[index]) : names[index];
    }

    private static String name(final int kind, final int operationCount)
    {
        final String first = switch (kind)
        {
            case OperationDescriptor.KIND_PUT -> "PUT";
            case OperationDescriptor.KIND_DELETE -> "DELETE";
            case OperationDescriptor.KIND_CHECK -> "CHECK";
            case OperationDescriptor.KIND_INCREMENT -> "INCREMENT";
            case OperationDescriptor.KIND_READ -> "READ";
            case OperationDescriptor.KIND_APPEND -> "APPEND";
            case OperationDescriptor.KIND_SET_RANGE -> "SET RANGE";
            case OperationDescriptor.KIND_EXPIRE -> "EXPIRE";
            case OperationDescriptor.KIND_CREATE_KEYSPACE -> "CREATE TABLE";
            default -> "DROP TABLE";
        };
        return operationCount == 1 ? first : first + " and " + (operationCount - 1) + " more";
    }

    private String key(final int index)
    {
        return shown(keys, index * KEPT_LENGTH, keyLengths[index]);
    }

    /**
     * Shows an internal key.
     *
     * @param buffer    that holds it, or as much of it as is kept.
     * @param offset    of the key.
     * @param keyLength of the whole key, keyspace id included.
     * @return shortened.
     */
    static String shown(final DirectBuffer buffer, final int offset, final int keyLength)
    {
        final String shown = KeyText.of(buffer, offset, Math.min(keyLength, KEPT_LENGTH));
        return keyLength <= KEPT_LENGTH ? shown : shown + "... (" + (keyLength - Integer.BYTES) + " bytes)";
    }

    // --- everything else ---

    /**
     * A request has been answered that was not the writer's.
     *
     * @param client  that asked.
     * @param request that was answered.
     * @param totalNs from when it was taken.
     * @param runNs   in which the loop worked for it.
     */
    void onDone(final ClientState client, final Request request, final long totalNs, final long runNs)
    {
        if (totalNs >= thresholdNs)
        {
            log.add(new SlowRequest(
                context.store().epochClock().time(), client.session().id(), client.principal().name(), request.kind(),
                request.shownKey(), totalNs / NS_PER_US, SlowRequest.NONE, SlowRequest.NONE, SlowRequest.NONE,
                SlowRequest.NONE,
                SlowRequest.NONE, runNs / NS_PER_US));
        }
    }
}
