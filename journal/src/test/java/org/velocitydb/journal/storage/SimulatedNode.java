package org.velocitydb.journal.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A file without its name: what the running system reads, what the disk holds, and the changes between the two in the
 * order they were made.
 */
final class SimulatedNode
{
    private final Sectors live = new Sectors();
    private final Sectors durable = new Sectors();
    private final List<Change> unforced = new ArrayList<>();

    /**
     * One change that the disk may or may not have seen.
     *
     * @param order       place in the history of the whole storage.
     * @param sectorIndex which sector, or {@link #GROWTH} when only the length changed.
     * @param content     the whole sector afterwards, or null for growth.
     * @param end         the file is at least this long afterwards.
     */
    private record Change(long order, long sectorIndex, byte[] content, long end)
    {
        static final long GROWTH = -1;
    }

    Sectors live()
    {
        return live;
    }

    Sectors durable()
    {
        return durable;
    }

    void grow(final long order, final long lengthBytes)
    {
        live.grow(lengthBytes);
        unforced.add(new Change(order, Change.GROWTH, null, lengthBytes));
    }

    void write(final long order, final byte[] bytes, final int count, final long position)
    {
        int done = 0;
        while (done < count)
        {
            final long at = position + done;
            final long index = at / Sectors.SECTOR_LENGTH;
            final int inSector = (int) (at % Sectors.SECTOR_LENGTH);
            final int chunk = Math.min(Sectors.SECTOR_LENGTH - inSector, count - done);
            final byte[] content = live.sector(index).clone();
            System.arraycopy(bytes, done, content, inSector, chunk);
            live.put(index, content, at + chunk);
            unforced.add(new Change(order, index, content, at + chunk));
            done += chunk;
        }
    }

    /**
     * Reaches the disk at once. What the page cache held of the same sectors is gone, so no crash can bring it back.
     */
    void writeDurably(final byte[] bytes, final long position)
    {
        final long firstIndex = position / Sectors.SECTOR_LENGTH;
        final long endIndex = firstIndex + bytes.length / Sectors.SECTOR_LENGTH;
        unforced.removeIf((change) -> change.sectorIndex >= firstIndex && change.sectorIndex < endIndex);
        for (long index = firstIndex; index < endIndex; index++)
        {
            final int offset = (int) (index - firstIndex) * Sectors.SECTOR_LENGTH;
            final byte[] content = Arrays.copyOfRange(bytes, offset, offset + Sectors.SECTOR_LENGTH);
            final long end = (index + 1) * Sectors.SECTOR_LENGTH;
            live.put(index, content, end);
            durable.put(index, content, end);
        }
    }

    /**
     * Half of the sectors, any half, can be read from now on and may reach the disk, like an unforced write.
     */
    void tear(final long order, final byte[] bytes, final long position, final SplittableRandom random)
    {
        for (int offset = 0; offset < bytes.length; offset += Sectors.SECTOR_LENGTH)
        {
            if (random.nextBoolean())
            {
                write(
                    order, Arrays.copyOfRange(bytes, offset, offset + Sectors.SECTOR_LENGTH), Sectors.SECTOR_LENGTH,
                    position + offset);
            }
        }
    }

    void force()
    {
        for (final Change change : unforced)
        {
            apply(change);
        }
        unforced.clear();
    }

    void dropUnforced()
    {
        unforced.clear();
    }

    void addUnforcedOrders(final Set<Long> orders)
    {
        for (final Change change : unforced)
        {
            orders.add(change.order);
        }
    }

    /**
     * Settles what the disk holds, and makes that the live image.
     *
     * @param mode     how to choose.
     * @param cutOrder for {@link CrashMode#IN_ORDER}: changes before it are kept, those at it may be torn.
     * @param random   source of every choice.
     */
    void crash(final CrashMode mode, final long cutOrder, final SplittableRandom random)
    {
        boolean isTorn = false;
        for (final Change change : unforced)
        {
            final boolean isKept;
            switch (mode)
            {
                case IN_ORDER :
                    isTorn |= change.order == cutOrder && random.nextInt(4) == 0;
                    isKept = change.order < cutOrder || (change.order == cutOrder && !isTorn);
                    break;

                case ANY_ORDER :
                    isKept = random.nextBoolean();
                    break;

                case ALL_LOST :
                default :
                    isKept = false;
                    break;
            }
            if (isKept)
            {
                apply(change);
            }
            else if (mode == CrashMode.ANY_ORDER && change.sectorIndex == Change.GROWTH)
            {
                durable.grow(random.nextLong(change.end / Sectors.SECTOR_LENGTH + 1) * Sectors.SECTOR_LENGTH);
            }
        }
        unforced.clear();
        live.copyFrom(durable);
    }

    private void apply(final Change change)
    {
        if (change.sectorIndex == Change.GROWTH)
        {
            durable.grow(change.end);
        }
        else
        {
            durable.put(change.sectorIndex, change.content, change.end);
        }
    }
}
