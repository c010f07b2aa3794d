package org.velocitydb.server.audit;

import org.agrona.BitUtil;

/**
 * Layout of an event on its way from an event loop to the audit agent. It never leaves the process.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                      Time in epoch ms                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                        Connection id                          |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |              Request (correlation id), 0 for none             |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Sequence that a write was given, or 0             |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Operation Count, of which Listed Count keys follow           |
 *  +-------------------------------+-------------------------------+
 *  |         Listed Count          |     Kind      | Status Length |
 *  +---------------+---------------+---------------+---------------+
 *  | Address Len.  |  User Length  | Statement L.  | Table Length  |
 *  +---------------+---------------+---------------+---------------+
 *  |  Status, ASCII, 28 bytes                                     ...
 *  +---------------------------------------------------------------+
 *  |  Address, User (UTF-8), Statement, Table, one after the other...
 *  +===============+===============+===============================+  Listed Count times
 *  |     Role      | 1: shortened  |         Shown Length          |
 *  +---------------+---------------+-------------------------------+
 *  |  Key Length, of the whole key                                 |
 *  +---------------------------------------------------------------+
 *  |  Keyspace, -1 where the table says it                         |
 *  +---------------------------------------------------------------+
 *  |  SHA-256 of the whole key, if shortened                      ...
 *  +---------------------------------------------------------------+
 *  |  Shown Length bytes of the key, from its beginning           ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * An event is at most {@link #LENGTH_MAX} long: what does not fit of a large batch is counted and not listed.
 */
final class AuditEventDescriptor
{
    /** Type of the ring buffers' messages; there is but one. */
    static final int MESSAGE_TYPE = 1;
    /** Longest event; a ring has room for hundreds. */
    static final int LENGTH_MAX = 4096;
    /** Keys are shown in full up to this length. */
    static final int SHOWN_KEY_LENGTH_MAX = 128;
    static final int STATUS_LENGTH_MAX = 28;
    /** An address with its port, a user's name, a statement's kind, a table's name. */
    static final int TEXT_LENGTH_MAX = 64;
    static final int NO_KEYSPACE = -1;
    static final int NO_REQUEST = 0;

    static final int TIME_OFFSET = 0;
    static final int CONNECTION_OFFSET = TIME_OFFSET + BitUtil.SIZE_OF_LONG;
    static final int REQUEST_OFFSET = CONNECTION_OFFSET + BitUtil.SIZE_OF_LONG;
    static final int SEQUENCE_OFFSET = REQUEST_OFFSET + BitUtil.SIZE_OF_LONG;
    static final int OPERATION_COUNT_OFFSET = SEQUENCE_OFFSET + BitUtil.SIZE_OF_LONG;
    static final int LISTED_COUNT_OFFSET = OPERATION_COUNT_OFFSET + BitUtil.SIZE_OF_INT;
    static final int KIND_OFFSET = LISTED_COUNT_OFFSET + BitUtil.SIZE_OF_SHORT;
    static final int STATUS_LENGTH_OFFSET = KIND_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int ADDRESS_LENGTH_OFFSET = STATUS_LENGTH_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int USER_LENGTH_OFFSET = ADDRESS_LENGTH_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int STATEMENT_LENGTH_OFFSET = USER_LENGTH_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int TABLE_LENGTH_OFFSET = STATEMENT_LENGTH_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int STATUS_OFFSET = TABLE_LENGTH_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int HEADER_LENGTH = STATUS_OFFSET + STATUS_LENGTH_MAX;

    static final int KEY_ROLE_OFFSET = 0;
    static final int KEY_SHORTENED_OFFSET = KEY_ROLE_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int KEY_SHOWN_LENGTH_OFFSET = KEY_SHORTENED_OFFSET + BitUtil.SIZE_OF_BYTE;
    static final int KEY_LENGTH_OFFSET = KEY_SHOWN_LENGTH_OFFSET + BitUtil.SIZE_OF_SHORT;
    static final int KEYSPACE_OFFSET = KEY_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    static final int KEY_HEADER_LENGTH = KEYSPACE_OFFSET + BitUtil.SIZE_OF_INT;
    /** Longest key with all that stands before it. */
    static final int KEY_EXTENT_MAX = KEY_HEADER_LENGTH + AuditLineDescriptor.HASH_LENGTH + SHOWN_KEY_LENGTH_MAX;

    private AuditEventDescriptor()
    {
    }
}
