package org.velocitydb.server.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.velocitydb.server.simulation.ModelTables.Target;

/**
 * A request that a client of version 2 has sent and not been answered, and what it has been answered so far.
 */
final class Version2Request
{
    final int type;
    /** What the client had been told of when it sent this. */
    final long minServedAt;
    /** Tables beside kv that it is about; without them it is refused. */
    final List<Target> targets = new ArrayList<>();
    /** Statement, where it is one. */
    String sql;
    ModelWrite write;
    long requestNumber;
    List<String> keys = List.of();
    int limit;
    boolean isReverse;
    String prefix = "";
    String lastKey;
    long servedAt = -1;
    int count;
    /** What was read, by keys as the model calls them. */
    final Map<String, String> state = new TreeMap<>();
    final Map<String, Long> versions = new TreeMap<>();
    final Map<String, Integer> tableIds = new TreeMap<>();

    Version2Request(final int type, final long minServedAt)
    {
        this.type = type;
        this.minServedAt = minServedAt;
    }

    /** The table that a read is of, or null for kv. */
    Target target()
    {
        return targets.isEmpty() ? null : targets.get(0);
    }

    /** How the model calls a key of the table that this is about. */
    String modelKey(final String key)
    {
        return targets.isEmpty() ? key : ModelTables.key(target().table(), key);
    }

    boolean isShowTables()
    {
        return Version2Client.SHOW_TABLES.equals(sql);
    }
}
