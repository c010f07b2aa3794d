package org.velocitydb.server.audit;

import org.agrona.DirectBuffer;

/**
 * Makes a line of an event. Owned by the audit agent; allocation-free.
 */
final class EventFormatter
{
    private final LineChain chain;

    EventFormatter(final LineChain chain)
    {
        this.chain = chain;
    }

    /**
     * Adds a line.
     *
     * @param line   with room for {@link AuditLineDescriptor#LENGTH_MAX}.
     * @param event  buffer of the event.
     * @param offset of it.
     */
    void format(final LineBuffer line, final DirectBuffer event, final int offset)
    {
        final String kind = AuditKind.ofCode(event.getByte(offset + AuditEventDescriptor.KIND_OFFSET)).text();
        chain.begin(line, event.getLong(offset + AuditEventDescriptor.TIME_OFFSET), kind);
        line.raw(",\"connection\":").number(event.getLong(offset + AuditEventDescriptor.CONNECTION_OFFSET));

        int at = offset + AuditEventDescriptor.HEADER_LENGTH;
        at = text(line, "address", event, at, event.getByte(offset + AuditEventDescriptor.ADDRESS_LENGTH_OFFSET));
        at = text(line, "user", event, at, event.getByte(offset + AuditEventDescriptor.USER_LENGTH_OFFSET));
        final long request = event.getLong(offset + AuditEventDescriptor.REQUEST_OFFSET);
        if (request != AuditEventDescriptor.NO_REQUEST)
        {
            line.raw(",\"request\":").number(request);
        }
        at = text(line, "statement", event, at, event.getByte(offset + AuditEventDescriptor.STATEMENT_LENGTH_OFFSET));
        at = text(line, "table", event, at, event.getByte(offset + AuditEventDescriptor.TABLE_LENGTH_OFFSET));
        keys(line, event, offset, at);
        text(
            line, "status", event, offset + AuditEventDescriptor.STATUS_OFFSET,
            event.getByte(offset + AuditEventDescriptor.STATUS_LENGTH_OFFSET));
        final long sequence = event.getLong(offset + AuditEventDescriptor.SEQUENCE_OFFSET);
        if (sequence != 0)
        {
            line.raw(",\"sequence\":").number(sequence);
        }
        chain.end(line);
    }

    private static int text(
        final LineBuffer line, final String name, final DirectBuffer event, final int offset, final int length)
    {
        if (length > 0)
        {
            line.raw(",").bytesMember(name, event, offset, length);
        }
        return offset + length;
    }

    private static void keys(final LineBuffer line, final DirectBuffer event, final int offset, final int keyOffset)
    {
        final int operationCount = event.getInt(offset + AuditEventDescriptor.OPERATION_COUNT_OFFSET);
        final int listedCount = event.getShort(offset + AuditEventDescriptor.LISTED_COUNT_OFFSET);
        if (listedCount == 0)
        {
            return;
        }
        final AuditKeyRole role = role(event, keyOffset);
        if (operationCount == 1 || role.isOfRange())
        {
            membersOfLine(line, event, keyOffset, listedCount);
            return;
        }
        line.raw(",\"operations\":").number(operationCount).raw(",\"listed\":").number(listedCount).raw(",\"keys\":[");
        int at = keyOffset;
        for (int i = 0; i < listedCount; i++)
        {
            line.raw(i == 0 ? "{\"op\":\"" : ",{\"op\":\"").raw(role(event, at).text()).raw("\"");
            keyspace(line, event, at);
            at = key(line, "key", event, at);
            line.raw("}");
        }
        line.raw("]");
    }

    /** One key, or the bounds of a range. */
    private static void membersOfLine(
        final LineBuffer line, final DirectBuffer event, final int keyOffset, final int count)
    {
        keyspace(line, event, keyOffset);
        int at = keyOffset;
        for (int i = 0; i < count; i++)
        {
            final AuditKeyRole role = role(event, at);
            at = key(line, role.isOfRange() ? role.text() : "key", event, at);
        }
    }

    private static AuditKeyRole role(final DirectBuffer event, final int at)
    {
        return AuditKeyRole.ofCode(event.getByte(at + AuditEventDescriptor.KEY_ROLE_OFFSET));
    }

    private static void keyspace(final LineBuffer line, final DirectBuffer event, final int at)
    {
        final int keyspace = event.getInt(at + AuditEventDescriptor.KEYSPACE_OFFSET);
        if (keyspace != AuditEventDescriptor.NO_KEYSPACE)
        {
            line.raw(",\"keyspace\":").number(keyspace);
        }
    }

    private static int key(final LineBuffer line, final String name, final DirectBuffer event, final int at)
    {
        final boolean isShortened = event.getByte(at + AuditEventDescriptor.KEY_SHORTENED_OFFSET) != 0;
        final int shownLength = event.getShort(at + AuditEventDescriptor.KEY_SHOWN_LENGTH_OFFSET);
        final int hashOffset = at + AuditEventDescriptor.KEY_HEADER_LENGTH;
        final int bytesOffset = isShortened ? hashOffset + AuditLineDescriptor.HASH_LENGTH : hashOffset;
        line.raw(",").bytesMember(name, event, bytesOffset, shownLength);
        if (isShortened)
        {
            line.raw(",\"").raw(name).raw("_bytes\":").number(
                event.getInt(at + AuditEventDescriptor.KEY_LENGTH_OFFSET));
            line.raw(",\"").raw(name).raw("_sha256\":\"").hex(event, hashOffset, AuditLineDescriptor.HASH_LENGTH)
                .raw("\"");
        }
        return bytesOffset + shownLength;
    }
}
