package org.velocitydb.server.audit;

import static org.velocitydb.server.audit.AuditEventDescriptor.ADDRESS_LENGTH_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.CONNECTION_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.HEADER_LENGTH;
import static org.velocitydb.server.audit.AuditEventDescriptor.KEYSPACE_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.KEY_EXTENT_MAX;
import static org.velocitydb.server.audit.AuditEventDescriptor.KEY_HEADER_LENGTH;
import static org.velocitydb.server.audit.AuditEventDescriptor.KEY_LENGTH_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.KEY_ROLE_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.KEY_SHORTENED_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.KEY_SHOWN_LENGTH_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.KIND_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.LENGTH_MAX;
import static org.velocitydb.server.audit.AuditEventDescriptor.LISTED_COUNT_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.OPERATION_COUNT_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.REQUEST_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.SEQUENCE_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.SHOWN_KEY_LENGTH_MAX;
import static org.velocitydb.server.audit.AuditEventDescriptor.STATEMENT_LENGTH_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.STATUS_LENGTH_MAX;
import static org.velocitydb.server.audit.AuditEventDescriptor.STATUS_LENGTH_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.STATUS_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.TABLE_LENGTH_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.TEXT_LENGTH_MAX;
import static org.velocitydb.server.audit.AuditEventDescriptor.TIME_OFFSET;
import static org.velocitydb.server.audit.AuditEventDescriptor.USER_LENGTH_OFFSET;

import java.security.DigestException;
import java.security.MessageDigest;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes one event into a buffer of its own. Owned by one event loop; allocation-free.
 */
final class EventEncoder
{
    private final UnsafeBuffer event = new UnsafeBuffer(new byte[LENGTH_MAX]);
    private final MessageDigest digest = AuditLineDescriptor.newDigest();
    private final byte[] chunk = new byte[1024];
    private final byte[] hash = new byte[AuditLineDescriptor.HASH_LENGTH];
    private int length;
    private int operationCount;
    private int listedCount;

    UnsafeBuffer buffer()
    {
        return event;
    }

    int length()
    {
        return length;
    }

    /**
     * Begins an event.
     *
     * @param kind         of it.
     * @param epochMs      when it was.
     * @param connectionId on which.
     * @param request      correlation id, or {@link AuditEventDescriptor#NO_REQUEST}.
     * @param identity     from where and who.
     */
    void begin(
        final AuditKind kind,
        final long epochMs,
        final long connectionId,
        final long request,
        final ConnectionIdentity identity)
    {
        event.putLong(TIME_OFFSET, epochMs);
        event.putLong(CONNECTION_OFFSET, connectionId);
        event.putLong(REQUEST_OFFSET, request);
        event.putLong(SEQUENCE_OFFSET, 0);
        event.putInt(OPERATION_COUNT_OFFSET, 0);
        event.putShort(LISTED_COUNT_OFFSET, (short) 0);
        event.putByte(KIND_OFFSET, (byte) kind.code());
        event.putByte(STATUS_LENGTH_OFFSET, (byte) 0);
        event.putByte(ADDRESS_LENGTH_OFFSET, (byte) identity.addressLength());
        event.putByte(USER_LENGTH_OFFSET, (byte) identity.userLength());
        event.putByte(STATEMENT_LENGTH_OFFSET, (byte) 0);
        event.putByte(TABLE_LENGTH_OFFSET, (byte) 0);
        event.putBytes(HEADER_LENGTH, identity.bytes());
        length = HEADER_LENGTH + identity.bytes().length;
        operationCount = 0;
        listedCount = 0;
    }

    /** Before any key. */
    void statement(final String statement, final String table)
    {
        length += putText(event, STATEMENT_LENGTH_OFFSET, length, statement, TEXT_LENGTH_MAX);
        length += putText(event, TABLE_LENGTH_OFFSET, length, table, TEXT_LENGTH_MAX);
    }

    private static int putText(
        final UnsafeBuffer event, final int lengthOffset, final int offset, final String ascii, final int max)
    {
        final int textLength = Math.min(max, ascii.length());
        event.putByte(lengthOffset, (byte) textLength);
        for (int i = 0; i < textLength; i++)
        {
            event.putByte(offset + i, (byte) ascii.charAt(i));
        }
        return textLength;
    }

    /** Adds a key; one for which there is no room any more is counted alone. */
    void key(
        final AuditKeyRole role, final int keyspace, final DirectBuffer source, final int offset, final int keyLength)
    {
        operationCount++;
        event.putInt(OPERATION_COUNT_OFFSET, operationCount);
        if (LENGTH_MAX - length < KEY_EXTENT_MAX)
        {
            return;
        }
        final boolean isShortened = keyLength > SHOWN_KEY_LENGTH_MAX;
        final int shownLength = isShortened ? shownLength(source, offset) : keyLength;
        event.putByte(length + KEY_ROLE_OFFSET, (byte) role.code());
        event.putByte(length + KEY_SHORTENED_OFFSET, (byte) (isShortened ? 1 : 0));
        event.putShort(length + KEY_SHOWN_LENGTH_OFFSET, (short) shownLength);
        event.putInt(length + KEY_LENGTH_OFFSET, keyLength);
        event.putInt(length + KEYSPACE_OFFSET, keyspace);
        length += KEY_HEADER_LENGTH;
        if (isShortened)
        {
            hash(source, offset, keyLength);
            event.putBytes(length, hash);
            length += hash.length;
        }
        event.putBytes(length, source, offset, shownLength);
        length += shownLength;
        listedCount++;
        event.putShort(LISTED_COUNT_OFFSET, (short) listedCount);
    }

    /** Not in the middle of a character, so that what is text stays text. */
    private static int shownLength(final DirectBuffer source, final int offset)
    {
        int shownLength = SHOWN_KEY_LENGTH_MAX;
        while (shownLength > SHOWN_KEY_LENGTH_MAX - 4 && (source.getByte(offset + shownLength) & 0xC0) == 0x80)
        {
            shownLength--;
        }
        return shownLength;
    }

    private void hash(final DirectBuffer source, final int offset, final int keyLength)
    {
        for (int at = 0; at < keyLength; at += chunk.length)
        {
            final int chunkLength = Math.min(chunk.length, keyLength - at);
            source.getBytes(offset + at, chunk, 0, chunkLength);
            digest.update(chunk, 0, chunkLength);
        }
        try
        {
            digest.digest(hash, 0, hash.length);
        }
        catch (final DigestException ex)
        {
            throw new IllegalStateException("a SHA-256 has 32 bytes", ex);
        }
    }

    void status(final String status)
    {
        putStatus(event, 0, status);
    }

    /** Into an event that is in another buffer already. */
    static void putStatus(final UnsafeBuffer buffer, final int offset, final String status)
    {
        putText(buffer, offset + STATUS_LENGTH_OFFSET, offset + STATUS_OFFSET, status, STATUS_LENGTH_MAX);
    }
}
