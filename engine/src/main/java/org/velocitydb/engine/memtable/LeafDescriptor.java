package org.velocitydb.engine.memtable;

import org.agrona.BitUtil;
import org.agrona.UnsafeApi;
import org.velocitydb.engine.entry.Expiry;

/**
 * Layout of a key with its versions in an {@link Arena}, in the machine's byte order because it never leaves memory. A
 * leaf and its first version lie together, so that a read which has found the leaf has found the value.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+ &lt;- the leaf's offset
 *  |                    Offset of newest version                   |
 *  +---------------------------------------------------------------+
 *  |                          Key Length                           |
 *  +---------------------------------------------------------------+
 *  |  Key, filled up to a multiple of 8                           ...
 *  +---------------------------------------------------------------+
 *  |  First version                                               ...
 *  +---------------------------------------------------------------+
 *
 *  Version
 *  +---------------------------------------------------------------+
 *  |                           Sequence                            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          Offset of the version before, 0 for none             |
 *  +-+-+-----------------------------------------------------------+
 *  |T|E|                      Value Length                         |
 *  +-+-+-----------------------------------------------------------+
 *  |                Expiry in ms, only where E is set              |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  Value, filled up to a multiple of 8                         ...
 *  +---------------------------------------------------------------+
 *
 *  T: a tombstone, whose length is 0.    E: the entry has an expiry time.
 * </pre>
 *
 * Later versions of a key are allocated on their own. Nothing but the newest version's offset changes once a leaf can
 * be seen. Methods take addresses in memory, not offsets.
 */
final class LeafDescriptor
{
    /** Where there is no leaf or version: the arena's front holds the tree's root. */
    static final int NULL_OFFSET = 0;
    /** Value length that a caller passes for a tombstone. */
    static final int TOMBSTONE_LENGTH = -1;

    private static final int NEWEST_OFFSET = 0;
    private static final int KEY_LENGTH_OFFSET = NEWEST_OFFSET + Integer.BYTES;
    /** From a leaf's offset to its key. */
    static final int KEY_OFFSET = KEY_LENGTH_OFFSET + Integer.BYTES;

    private static final int SEQUENCE_OFFSET = 0;
    private static final int OLDER_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int VALUE_LENGTH_OFFSET = OLDER_OFFSET + Integer.BYTES;
    private static final int EXPIRY_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    private static final int EXPIRY_LENGTH = Long.BYTES;
    private static final int MAX_VERSION_HEADER_LENGTH = EXPIRY_OFFSET + EXPIRY_LENGTH;

    private static final int TOMBSTONE_FLAG = 1 << 31;
    private static final int EXPIRY_FLAG = 1 << 30;
    private static final int LENGTH_MASK = EXPIRY_FLAG - 1;

    private LeafDescriptor()
    {
    }

    /** Extent of the header and the key: where the first version begins, from the leaf's offset. */
    static int bodyLength(final int keyLength)
    {
        return KEY_OFFSET + BitUtil.align(keyLength, Long.BYTES);
    }

    static int versionLength(final int valueLength, final long expiryMs)
    {
        return EXPIRY_OFFSET + (expiryMs == Expiry.NEVER_MS ? 0 : EXPIRY_LENGTH) +
            BitUtil.align(Math.max(valueLength, 0), Long.BYTES);
    }

    /** Of a version with an expiry time. */
    static int maxVersionLength(final int valueLength)
    {
        return MAX_VERSION_HEADER_LENGTH + BitUtil.align(Math.max(valueLength, 0), Long.BYTES);
    }

    static void initLeaf(final long leaf, final int keyLength, final int versionOffset)
    {
        UnsafeApi.putInt(leaf + NEWEST_OFFSET, versionOffset);
        UnsafeApi.putInt(leaf + KEY_LENGTH_OFFSET, keyLength);
    }

    static int keyLength(final long leaf)
    {
        return UnsafeApi.getInt(leaf + KEY_LENGTH_OFFSET);
    }

    static int newestAcquire(final long leaf)
    {
        return UnsafeApi.getIntAcquire(null, leaf + NEWEST_OFFSET);
    }

    /** Release: pairs with {@link #newestAcquire(long)}. Whoever sees the offset sees the whole version. */
    static void newestRelease(final long leaf, final int versionOffset)
    {
        UnsafeApi.putIntRelease(null, leaf + NEWEST_OFFSET, versionOffset);
    }

    static void initVersion(
        final long version,
        final long sequence,
        final int olderOffset,
        final int valueLength,
        final long expiryMs)
    {
        UnsafeApi.putLong(version + SEQUENCE_OFFSET, sequence);
        UnsafeApi.putInt(version + OLDER_OFFSET, olderOffset);
        if (expiryMs != Expiry.NEVER_MS)
        {
            UnsafeApi.putInt(version + VALUE_LENGTH_OFFSET, valueLength | EXPIRY_FLAG);
            UnsafeApi.putLong(version + EXPIRY_OFFSET, expiryMs);
        }
        else
        {
            UnsafeApi.putInt(
                version + VALUE_LENGTH_OFFSET, valueLength == TOMBSTONE_LENGTH ? TOMBSTONE_FLAG : valueLength);
        }
    }

    static long sequence(final long version)
    {
        return UnsafeApi.getLong(version + SEQUENCE_OFFSET);
    }

    static int olderOffset(final long version)
    {
        return UnsafeApi.getInt(version + OLDER_OFFSET);
    }

    static boolean isTombstone(final long version)
    {
        return UnsafeApi.getInt(version + VALUE_LENGTH_OFFSET) < 0;
    }

    /** 0 for a tombstone. */
    static int valueLength(final long version)
    {
        return UnsafeApi.getInt(version + VALUE_LENGTH_OFFSET) & LENGTH_MASK;
    }

    /** From a version's offset to its value. */
    static int valueOffset(final long version)
    {
        return hasExpiry(version) ? MAX_VERSION_HEADER_LENGTH : EXPIRY_OFFSET;
    }

    static long expiryMs(final long version)
    {
        return hasExpiry(version) ? UnsafeApi.getLong(version + EXPIRY_OFFSET) : Expiry.NEVER_MS;
    }

    private static boolean hasExpiry(final long version)
    {
        return (UnsafeApi.getInt(version + VALUE_LENGTH_OFFSET) & EXPIRY_FLAG) != 0;
    }
}
