package org.velocitydb.engine.memtable;

import org.agrona.BitUtil;
import org.agrona.UnsafeApi;

/**
 * Layout of a skip list's node and of a key's versions in an {@link Arena}, in the machine's byte order because it
 * never leaves memory. A node is named by the offset of its header; its tower lies below, the lowest level nearest, so
 * that the link which every walk needs shares a cache line with the key.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  Link of the highest level                                   ...
 *  +---------------------------------------------------------------+
 *  |  ...                                                          |
 *  +---------------------------------------------------------------+
 *  |  Link of level 0                                             ...
 *  +---------------------------------------------------------------+ &lt;- the node's offset
 *  |                    Offset of newest version                   |
 *  +---------------------------------------------------------------+
 *  |                          Key Length                           |
 *  +---------------------------------------------------------------+
 *  |  Key, filled up to a multiple of 8                           ...
 *  +---------------------------------------------------------------+
 *  |  First version                                               ...
 *  +---------------------------------------------------------------+
 *
 *  Link
 *  +---------------------------------------------------------------+
 *  |      Prefix: first 8 bytes of the successor's key, as a       |
 *  |                        number, all ones where there is none   |
 *  +---------------------------------------------------------------+
 *  |       Offset of the successor, 0 where there is none          |  one aligned word with
 *  +---------------------------------------------------------------+
 *  |      Infix: bytes 8 to 11 of its key, as a number             |  this in its upper half
 *  +---------------------------------------------------------------+
 *
 *  Version
 *  +---------------------------------------------------------------+
 *  |                           Sequence                            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          Offset of the version before, 0 for none             |
 *  +---------------------------------------------------------------+
 *  |            Value Length, -1 for a tombstone                   |
 *  +---------------------------------------------------------------+
 *  |  Value, filled up to a multiple of 8                         ...
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * Later versions of a key are allocated on their own. Nothing but links and the newest version's offset changes once a
 * node can be seen. Methods take addresses in memory, not offsets.
 */
final class NodeDescriptor
{
    /** Where there is no node or version. The head's tower lies at the arena's front, so nothing else is at 0. */
    static final int NULL_OFFSET = 0;
    /** Value length that marks a tombstone. */
    static final int TOMBSTONE_LENGTH = -1;

    static final int LINK_LENGTH = 2 * Long.BYTES;
    /** Prefix of a link that leads nowhere: no key is beyond it. */
    static final long NULL_PREFIX = -1L;
    /** Second word of a link that leads nowhere. */
    static final long NULL_SUCCESSOR = 0xFFFF_FFFF_0000_0000L;

    private static final int LINK_SUCCESSOR_OFFSET = Long.BYTES;

    private static final int NEWEST_OFFSET = 0;
    private static final int KEY_LENGTH_OFFSET = NEWEST_OFFSET + Integer.BYTES;
    /** From a node's offset to its key. */
    static final int KEY_OFFSET = KEY_LENGTH_OFFSET + Integer.BYTES;

    private static final int SEQUENCE_OFFSET = 0;
    private static final int OLDER_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int VALUE_LENGTH_OFFSET = OLDER_OFFSET + Integer.BYTES;
    /** From a version's offset to its value. */
    static final int VALUE_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;

    private NodeDescriptor()
    {
    }

    static int towerLength(final int height)
    {
        return height * LINK_LENGTH;
    }

    /** Extent of the header and the key: where the first version begins, from the node's offset. */
    static int bodyLength(final int keyLength)
    {
        return KEY_OFFSET + BitUtil.align(keyLength, Long.BYTES);
    }

    static int versionLength(final int valueLength)
    {
        return VALUE_OFFSET + BitUtil.align(Math.max(valueLength, 0), Long.BYTES);
    }

    static long linkAddress(final long node, final int level)
    {
        return node - (level + 1L) * LINK_LENGTH;
    }

    static void initLink(final long link, final long prefix, final long successor)
    {
        UnsafeApi.putLong(link, prefix);
        UnsafeApi.putLong(link + LINK_SUCCESSOR_OFFSET, successor);
    }

    /**
     * Points a link at another node. Release, and in this order: see {@link SkipList} for what readers draw from it.
     */
    static void linkRelease(final long link, final long prefix, final long successor)
    {
        UnsafeApi.putLongRelease(null, link + LINK_SUCCESSOR_OFFSET, successor);
        UnsafeApi.putLongRelease(null, link, prefix);
    }

    static long prefixAcquire(final long link)
    {
        return UnsafeApi.getLongAcquire(null, link);
    }

    static long successorAcquire(final long link)
    {
        return UnsafeApi.getLongAcquire(null, link + LINK_SUCCESSOR_OFFSET);
    }

    static long successor(final int nodeOffset, final int infix)
    {
        return ((long) infix << 32) | nodeOffset;
    }

    static int nodeOffset(final long successor)
    {
        return (int) successor;
    }

    static int infix(final long successor)
    {
        return (int) (successor >>> 32);
    }

    static void initNode(final long node, final int keyLength, final int versionOffset)
    {
        UnsafeApi.putInt(node + NEWEST_OFFSET, versionOffset);
        UnsafeApi.putInt(node + KEY_LENGTH_OFFSET, keyLength);
    }

    static int keyLength(final long node)
    {
        return UnsafeApi.getInt(node + KEY_LENGTH_OFFSET);
    }

    static int newestAcquire(final long node)
    {
        return UnsafeApi.getIntAcquire(null, node + NEWEST_OFFSET);
    }

    /** Release: pairs with {@link #newestAcquire(long)}. Whoever sees the offset sees the whole version. */
    static void newestRelease(final long node, final int versionOffset)
    {
        UnsafeApi.putIntRelease(null, node + NEWEST_OFFSET, versionOffset);
    }

    static void initVersion(final long version, final long sequence, final int olderOffset, final int valueLength)
    {
        UnsafeApi.putLong(version + SEQUENCE_OFFSET, sequence);
        UnsafeApi.putInt(version + OLDER_OFFSET, olderOffset);
        UnsafeApi.putInt(version + VALUE_LENGTH_OFFSET, valueLength);
    }

    static long sequence(final long version)
    {
        return UnsafeApi.getLong(version + SEQUENCE_OFFSET);
    }

    static int olderOffset(final long version)
    {
        return UnsafeApi.getInt(version + OLDER_OFFSET);
    }

    static int valueLength(final long version)
    {
        return UnsafeApi.getInt(version + VALUE_LENGTH_OFFSET);
    }
}
