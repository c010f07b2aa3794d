package org.velocitydb.perf.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Limits;
import org.velocitydb.protocol.v2.ErrorMessage;
import org.velocitydb.protocol.v2.FrameCodec;
import org.velocitydb.protocol.v2.FrameDecoder;
import org.velocitydb.protocol.v2.FrameDescriptor;
import org.velocitydb.protocol.v2.MessageType;
import org.velocitydb.protocol.v2.SqlRequest;
import org.velocitydb.protocol.v2.SqlResult;
import org.velocitydb.protocol.v2.SqlValues;

/**
 * Single reads and writes as SQL with bound parameters, over version 2 of the protocol. A SELECT must find its row, an
 * INSERT must write one.
 */
final class SqlWorkload implements Workload
{
    private static final byte[] SELECT = "SELECT value FROM kv WHERE key = ?".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INSERT = "INSERT INTO kv (key, value) VALUES (?, ?)"
        .getBytes(StandardCharsets.US_ASCII);
    private static final int VALUE_HEADER_LENGTH_MAX = 16;

    private final OperationKind kind;
    private final Records records;
    private final FrameCodec codec;
    private final FrameDecoder decoder;
    private final SqlResult result = new SqlResult();
    private final ErrorMessage error = new ErrorMessage();
    private boolean wasInsert;

    SqlWorkload(final OperationKind kind, final Records records)
    {
        this.kind = kind;
        this.records = records;
        final Crc crc = new Crc();
        codec = new FrameCodec(crc);
        decoder = FrameDecoder.ofResponses(crc, Limits.DEFAULT_MAX_FRAME_LENGTH);
    }

    @Override
    public String title()
    {
        return "sql-" + kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int requestLengthMax()
    {
        return FrameDescriptor.HEADER_LENGTH + SqlRequest.HEADER_LENGTH + INSERT.length +
            2 * VALUE_HEADER_LENGTH_MAX + Records.KEY_LENGTH + Records.VALUE_LENGTH;
    }

    @Override
    public int putRequest(final ByteBuffer buffer, final int offset, final long correlationId)
    {
        wasInsert = kind == OperationKind.PUT || kind == OperationKind.MIXED && !wasInsert;
        final byte[] statement = wasInsert ? INSERT : SELECT;
        final int message = FrameCodec.begin(buffer, offset, MessageType.SQL, correlationId);
        int next = SqlRequest.put(buffer, message, statement.length, wasInsert ? 2 : 1);
        buffer.put(next, statement);
        next += statement.length;
        next = SqlValues.putBytesHeader(buffer, next, false, Records.KEY_LENGTH);
        next = Records.putKey(buffer, next, records.nextIndex());
        if (wasInsert)
        {
            next = SqlValues.putBytesHeader(buffer, next, false, Records.VALUE_LENGTH);
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
        if (decoder.type() == MessageType.ERROR && error.tryWrap(buffer, message, length) == Fault.NONE)
        {
            throw new LoadException(
                "the server answered with an error: code=" + error.code() + ", text=" + error.text());
        }
        if (decoder.type() != MessageType.SQL_RESULT || result.tryWrap(buffer, message, length) != Fault.NONE)
        {
            throw new LoadException("answer cannot be read: type=" + decoder.type());
        }
        final long rowCount = result.columnCount() > 0 ? result.rowCount() : result.rowsAffected();
        if (rowCount != 1)
        {
            throw new LoadException("not one row was found or written: rows=" + rowCount);
        }
    }

    @Override
    public long answeredId(final long expectedId)
    {
        return decoder.correlationId();
    }
}
