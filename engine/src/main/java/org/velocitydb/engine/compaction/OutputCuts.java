package org.velocitydb.engine.compaction;

import java.util.List;

import org.velocitydb.engine.entry.EntryCursor;
import org.velocitydb.engine.entry.Keys;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableWriter;

/**
 * Decides where a job ends one table and begins the next. One job and one thread each. A table ends
 * <ul>
 * <li>when it is long enough, or as long as a table can be;
 * <li>from level 1 on where a keyspace ends, so that the tables of a dropped keyspace can go without being read;
 * <li>when it overlaps so much of the level after its own that merging the two later would be a long job.
 * </ul>
 */
final class OutputCuts
{
    /** Tables of the next level that one output may overlap before it is ended. */
    private static final int GRANDPARENT_COUNT_MAX = 10;
    /** Of its full length that a table must have before it is ended for overlapping much: many tiny ones cost more. */
    private static final int PART_OF_TABLE_MIN = 8;

    private final long tableLengthBytes;
    private final boolean isCutAtKeyspaces;
    private final List<Table> grandparents;
    private int grandparentIndex;
    private long grandparentBytes;
    private int keyspace;

    /**
     * Cuts for one job.
     *
     * @param tableLengthBytes at which a table is long enough.
     * @param outputLevel      of the tables.
     * @param grandparents     tables of the next level, ascending, with which the output will be merged one day.
     */
    OutputCuts(final long tableLengthBytes, final int outputLevel, final List<Table> grandparents)
    {
        this.tableLengthBytes = tableLengthBytes;
        this.grandparents = grandparents;
        isCutAtKeyspaces = outputLevel > 0;
    }

    /** Whether the writer's open table ends before an entry. Called for each entry that is written, in order. */
    boolean isBefore(final EntryCursor entry, final TableWriter writer)
    {
        final int ofEntry = Keys.keyspace(entry.keyBuffer(), entry.keyOffset(), entry.keyLength());
        final boolean isOtherKeyspace = isCutAtKeyspaces && ofEntry != keyspace;
        keyspace = ofEntry;
        passGrandparents(entry);
        final boolean isCut = writer.isOpen() && (isOtherKeyspace || writer.dataLength() >= tableLengthBytes ||
            !writer.hasRoom(entry.keyLength(), entry.valueLength()) || overlapsMuch(writer));
        if (isCut || !writer.isOpen())
        {
            grandparentBytes = 0;
        }
        return isCut;
    }

    private void passGrandparents(final EntryCursor entry)
    {
        while (grandparentIndex < grandparents.size() && grandparents.get(grandparentIndex)
            .isAfterLargest(entry.keyBuffer(), entry.keyOffset(), entry.keyLength()))
        {
            grandparentBytes += grandparents.get(grandparentIndex).info().lengthBytes();
            grandparentIndex++;
        }
    }

    private boolean overlapsMuch(final TableWriter writer)
    {
        return grandparentBytes > GRANDPARENT_COUNT_MAX * tableLengthBytes &&
            writer.dataLength() >= tableLengthBytes / PART_OF_TABLE_MIN;
    }
}
