package org.velocitydb.perf.load;

import java.nio.ByteBuffer;
import java.util.Locale;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Durability;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.GetRequest;
import org.velocitydb.protocol.v2.GetResult;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.WriteRequest;
import org.velocitydb.protocol.v2.WriteResult;

/**
 * Single gets and puts over version 2 of the protocol. Each answer's checksum is verified; a get must find its value, a
 * put must be applied.
 */
final class VelocityWorkload implements Workload
{
    static final int GET_REQUEST_LENGTH = FrameDescriptor.HEADER_LENGTH + GetRequest.HEADER_LENGTH +
        Records.KEY_LENGTH;
    static final int GET_ANSWER_LENGTH = FrameDescriptor.HEADER_LENGTH + GetResult.HEADER_LENGTH +
        Records.VALUE_LENGTH;
    static final int PUT_REQUEST_LENGTH = FrameDescriptor.HEADER_LENGTH + WriteRequest.HEADER_LENGTH +
        WriteRequest.OPERATION_HEADER_LENGTH + Records.KEY_LENGTH + Records.VALUE_LENGTH;
    static final int PUT_ANSWER_LENGTH = FrameDescriptor.HEADER_LENGTH + WriteResult.LENGTH;

    private final OperationKind kind;
    private final Durability durability;
    private final Records records;
    private final FrameCodec codec;
    private final FrameDecoder decoder;
    private final GetResult getResult = new GetResult();
    private final WriteResult writeResult = new WriteResult();
    private final ErrorMessage error = new ErrorMessage();
    private boolean wasPut;

    VelocityWorkload(final OperationKind kind, final Durability durability, final Records records)
    {
        this.kind = kind;
        this.durability = durability;
        this.records = records;
        final Crc crc = new Crc();
        codec = new FrameCodec(crc);
        decoder = FrameDecoder.ofResponses(crc, Limits.DEFAULT_MAX_FRAME_LENGTH);
    }

    @Override
    public String title()
    {
        final String name = kind.name().toLowerCase(Locale.ROOT);
        return kind == OperationKind.GET ? name : name + "/" + durability.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int requestLengthMax()
    {
        return PUT_REQUEST_LENGTH;
    }

    @Override
    public int putRequest(final ByteBuffer buffer, final int offset, final long correlationId)
    {
        wasPut = kind == OperationKind.PUT || kind == OperationKind.MIXED && !wasPut;
        return wasPut ? putPut(buffer, offset, correlationId) : putGet(buffer, offset, correlationId);
    }

    private int putGet(final ByteBuffer buffer, final int offset, final long correlationId)
    {
        final int message = FrameCodec.begin(buffer, offset, MessageType.GET, correlationId);
        final int keyOffset = GetRequest.put(buffer, message, Limits.DEFAULT_KEYSPACE, Records.KEY_LENGTH);
        final int limit = Records.putKey(buffer, keyOffset, records.nextIndex());
        codec.seal(buffer, offset, limit);
        return limit;
    }

    private int putPut(final ByteBuffer buffer, final int offset, final long correlationId)
    {
        return putBatch(buffer, offset, correlationId, records.nextIndex(), 1);
    }

    /** A write of the records from {@code firstIndex} on. */
    int putBatch(
        final ByteBuffer buffer, final int offset, final long correlationId, final int firstIndex, final int count)
    {
        final int message = FrameCodec.begin(buffer, offset, MessageType.WRITE, correlationId);
        int next = WriteRequest.put(buffer, message, durability, count);
        for (int i = 0; i < count; i++)
        {
            next = WriteRequest.putOperation(
                buffer, next, WriteRequest.KIND_PUT, WriteRequest.CONDITION_NONE, 0, Limits.DEFAULT_KEYSPACE,
                Records.KEY_LENGTH, Records.VALUE_LENGTH, 0);
            next = Records.putKey(buffer, next, firstIndex + i);
            next = records.putValue(buffer, next);
        }
        codec.seal(buffer, offset, next);
        return next;
    }

    @Override
    public int tryTakeAnswer(final ByteBuffer buffer, final int offset, final int available)
    {
        final Fault fault = decoder.tryWrap(buffer, offset, available);
        if (fault == Fault.INCOMPLETE)
        {
            return 0;
        }
        if (fault != Fault.NONE)
        {
            throw new LoadException("answer cannot be read: fault=" + fault);
        }
        verify(buffer);
        return decoder.frameLength();
    }

    private void verify(final ByteBuffer buffer)
    {
        final int message = decoder.messageOffset();
        final int length = decoder.messageLength();
        switch (decoder.type())
        {
            case MessageType.GET_RESULT :
                require(getResult.tryWrap(buffer, message, length));
                if (!getResult.isFound())
                {
                    throw new LoadException("a key is missing: load the key space first, or give --load");
                }
                break;
            case MessageType.WRITE_RESULT :
                require(writeResult.tryWrap(buffer, message, length));
                if (!writeResult.isApplied())
                {
                    throw new LoadException("a write was not applied: sequence=" + writeResult.sequence());
                }
                break;
            case MessageType.ERROR :
                require(error.tryWrap(buffer, message, length));
                throw new LoadException(
                    "the server answered with an error: code=" + error.code() + ", text=" + error.text());
            default :
                throw new LoadException("answer of an unexpected type: type=" + decoder.type());
        }
    }

    private static void require(final Fault fault)
    {
        if (fault != Fault.NONE)
        {
            throw new LoadException("answer cannot be read: fault=" + fault);
        }
    }

    @Override
    public long answeredId(final long expectedId)
    {
        return decoder.correlationId();
    }
}
