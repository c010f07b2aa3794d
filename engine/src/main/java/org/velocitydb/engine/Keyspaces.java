package org.velocitydb.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

import org.velocitydb.engine.entry.KeyspaceSet;

import org.velocitydb.engine.command.KeyspaceName;

/**
 * Which keyspaces there are at one moment. Immutable; any thread; looking up allocates nothing.
 */
final class Keyspaces implements KeyspaceSet
{
    private final String[] names;
    private final int[] idsByName;
    private final int[] sortedIds;

    /**
     * Copies a catalogue.
     *
     * @param idsByName all keyspaces but the default one.
     */
    Keyspaces(final SortedMap<String, Integer> idsByName)
    {
        names = idsByName.keySet().toArray(new String[0]);
        this.idsByName = idsByName.values().stream().mapToInt(Integer::intValue).toArray();
        sortedIds = this.idsByName.clone();
        Arrays.sort(sortedIds);
    }

    @Override
    public boolean isLive(final int keyspace)
    {
        return keyspace <= Store.DEFAULT_KEYSPACE || Arrays.binarySearch(sortedIds, keyspace) >= 0;
    }

    /**
     * Finds a keyspace.
     *
     * @param name in any case.
     * @return its id, or {@link Store#NULL_KEYSPACE}.
     */
    int id(final String name)
    {
        final String kept = name.toLowerCase(Locale.ROOT);
        if (kept.equals(KeyspaceName.DEFAULT))
        {
            return Store.DEFAULT_KEYSPACE;
        }
        final int index = Arrays.binarySearch(names, kept);
        return index >= 0 ? idsByName[index] : Store.NULL_KEYSPACE;
    }

    /**
     * All keyspaces.
     *
     * @return ids by names, in the order of names.
     */
    SortedMap<String, Integer> byName()
    {
        final SortedMap<String, Integer> all = new TreeMap<>();
        all.put(KeyspaceName.DEFAULT, Store.DEFAULT_KEYSPACE);
        for (int i = 0; i < names.length; i++)
        {
            all.put(names[i], idsByName[i]);
        }
        return Collections.unmodifiableSortedMap(all);
    }
}
