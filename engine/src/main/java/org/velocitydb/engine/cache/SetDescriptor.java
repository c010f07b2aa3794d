package org.velocitydb.engine.cache;

import org.agrona.MutableDirectBuffer;

/**
 * Layout of a set of an {@link EntryCache}: what decides about its eight slots in one cache line, then the slots. In
 * the machine's byte order because it never leaves memory.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |  8 tags, part of the key's hash each, 0 for an empty slot    ...
 *  +---------------------------------------------------------------+
 *  |  8 frequencies, a byte each                                  ...
 *  +---------------------------------------------------------------+
 *  |  8 times of last use, a byte each: the clock's lowest        ...
 *  +---------------------------------------------------------------+
 *  |  6 ghosts, two bytes of the tag of who had to leave          ...
 *  +-------------------------------+-------------------------------+
 *  |             Clock             |          Next ghost           |
 *  +-------------------------------+-------------------------------+
 *  |  8 slots                                                     ...
 *  +---------------------------------------------------------------+
 *
 *  Slot
 *  +---------------------------------------------------------------+
 *  |                           Sequence                            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |           As of: sequence up to which this is known           |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                          Key Length                           |
 *  +---------------------------------------------------------------+
 *  |                         Value Length                          |
 *  +---------------------------------------------------------------+
 *  |  Key, value, and room up to the slot's fixed length          ...
 *  +---------------------------------------------------------------+
 * </pre>
 */
final class SetDescriptor
{
    /** Slots of a set: as many tags as half a cache line holds. */
    static final int WAY_COUNT = 8;
    /** Ghosts of a set: what is left in the line. */
    static final int GHOST_COUNT = 6;

    private static final int TAGS_OFFSET = 0;
    private static final int FREQUENCIES_OFFSET = TAGS_OFFSET + WAY_COUNT * Integer.BYTES;
    private static final int USES_OFFSET = FREQUENCIES_OFFSET + WAY_COUNT;
    private static final int GHOSTS_OFFSET = USES_OFFSET + WAY_COUNT;
    private static final int CLOCK_OFFSET = GHOSTS_OFFSET + GHOST_COUNT * Short.BYTES;
    private static final int NEXT_GHOST_OFFSET = CLOCK_OFFSET + Short.BYTES;
    static final int HEADER_LENGTH = NEXT_GHOST_OFFSET + Short.BYTES;

    private static final int SEQUENCE_OFFSET = 0;
    private static final int AS_OF_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int KEY_LENGTH_OFFSET = AS_OF_OFFSET + Long.BYTES;
    private static final int VALUE_LENGTH_OFFSET = KEY_LENGTH_OFFSET + Integer.BYTES;
    /** From a slot to its key. */
    static final int KEY_OFFSET = VALUE_LENGTH_OFFSET + Integer.BYTES;
    /** Five cache lines: small rows and counters fit, and a cache of a million entries takes 0.3 GiB. */
    static final int SLOT_LENGTH = 320;
    /** Room for a key and its value. */
    static final int MAX_PAYLOAD_LENGTH = SLOT_LENGTH - KEY_OFFSET;

    static final int SET_LENGTH = HEADER_LENGTH + WAY_COUNT * SLOT_LENGTH;

    private SetDescriptor()
    {
    }

    static int slotOffset(final int set, final int way)
    {
        return set + HEADER_LENGTH + way * SLOT_LENGTH;
    }

    static int tag(final MutableDirectBuffer slab, final int set, final int way)
    {
        return slab.getInt(set + TAGS_OFFSET + way * Integer.BYTES);
    }

    static void tag(final MutableDirectBuffer slab, final int set, final int way, final int tag)
    {
        slab.putInt(set + TAGS_OFFSET + way * Integer.BYTES, tag);
    }

    static int frequency(final MutableDirectBuffer slab, final int set, final int way)
    {
        return slab.getByte(set + FREQUENCIES_OFFSET + way);
    }

    static void frequency(final MutableDirectBuffer slab, final int set, final int way, final int frequency)
    {
        slab.putByte(set + FREQUENCIES_OFFSET + way, (byte) frequency);
    }

    /** Uses of the set since the slot was used, modulo 256. */
    static int idleTime(final MutableDirectBuffer slab, final int set, final int way)
    {
        return (clock(slab, set) - slab.getByte(set + USES_OFFSET + way)) & 0xFF;
    }

    static void useNow(final MutableDirectBuffer slab, final int set, final int way)
    {
        slab.putByte(set + USES_OFFSET + way, (byte) clock(slab, set));
    }

    static int clock(final MutableDirectBuffer slab, final int set)
    {
        return slab.getShort(set + CLOCK_OFFSET);
    }

    static void clock(final MutableDirectBuffer slab, final int set, final int clock)
    {
        slab.putShort(set + CLOCK_OFFSET, (short) clock);
    }

    static boolean hasGhost(final MutableDirectBuffer slab, final int set, final int tag)
    {
        for (int i = 0; i < GHOST_COUNT; i++)
        {
            if (slab.getShort(set + GHOSTS_OFFSET + i * Short.BYTES) == (short) (tag >>> 16))
            {
                return true;
            }
        }
        return false;
    }

    /** Remembers who had to leave, in place of who left longest ago. */
    static void addGhost(final MutableDirectBuffer slab, final int set, final int tag)
    {
        final int index = slab.getShort(set + NEXT_GHOST_OFFSET);
        slab.putShort(set + GHOSTS_OFFSET + index * Short.BYTES, (short) (tag >>> 16));
        slab.putShort(set + NEXT_GHOST_OFFSET, (short) ((index + 1) % GHOST_COUNT));
    }

    static void putSlot(
        final MutableDirectBuffer slab,
        final int slot,
        final long sequence,
        final int keyLength,
        final int valueLength)
    {
        slab.putLong(slot + SEQUENCE_OFFSET, sequence);
        slab.putInt(slot + KEY_LENGTH_OFFSET, keyLength);
        slab.putInt(slot + VALUE_LENGTH_OFFSET, valueLength);
    }

    static long sequence(final MutableDirectBuffer slab, final int slot)
    {
        return slab.getLong(slot + SEQUENCE_OFFSET);
    }

    static long asOf(final MutableDirectBuffer slab, final int slot)
    {
        return slab.getLong(slot + AS_OF_OFFSET);
    }

    static void asOf(final MutableDirectBuffer slab, final int slot, final long sequence)
    {
        slab.putLong(slot + AS_OF_OFFSET, sequence);
    }

    static int keyLength(final MutableDirectBuffer slab, final int slot)
    {
        return slab.getInt(slot + KEY_LENGTH_OFFSET);
    }

    static int valueLength(final MutableDirectBuffer slab, final int slot)
    {
        return slab.getInt(slot + VALUE_LENGTH_OFFSET);
    }
}
