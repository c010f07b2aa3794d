package org.velocitydb.server.system;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.velocitydb.client.VersionedValue;

/**
 * What writers have sent and what they were told, key by key. Any thread. It knows what may be read after a crash: the
 * value that was acknowledged with the highest version, or one that was sent and not answered, with a higher version.
 */
final class Ledger
{
    private final Map<String, History> histories = new ConcurrentHashMap<>();
    private final AtomicLong acknowledgedCount = new AtomicLong();

    void sent(final String key, final String value)
    {
        final History history = histories.computeIfAbsent(key, (name) -> new History());
        synchronized (history)
        {
            history.inDoubt.add(value);
        }
    }

    void acknowledged(final String key, final String value, final long version)
    {
        final History history = histories.get(key);
        synchronized (history)
        {
            require(history.inDoubt.remove(value), "acknowledged twice", key, value, version);
            if (version > history.version)
            {
                history.version = version;
                history.value = value;
            }
            else
            {
                require(version != history.version, "version given twice", key, value, version);
            }
        }
        acknowledgedCount.incrementAndGet();
    }

    long acknowledgedCount()
    {
        return acknowledgedCount.get();
    }

    Set<String> keys()
    {
        return histories.keySet();
    }

    /**
     * Compares what was read after a crash, and takes it for what is there from now on. What was in doubt has been
     * decided by the crash.
     *
     * @param key   of the value.
     * @param found in the store, or null.
     */
    void recovered(final String key, final VersionedValue found)
    {
        final History history = histories.get(key);
        synchronized (history)
        {
            final String value = found == null ? null : found.text();
            final long version = found == null ? 0 : found.version();
            require(version >= history.version, "acknowledged write is missing: " + history, key, value, version);
            require(
                version == history.version
                    ? value == null ? history.value == null : value.equals(history.value)
                    : history.inDoubt.contains(value),
                "value was never sent for this version: " + history, key, value, version);
            history.value = value;
            history.version = version;
            history.inDoubt.clear();
        }
    }

    private static void require(
        final boolean isTrue, final String what, final String key, final String value, final long version)
    {
        if (!isTrue)
        {
            throw new AssertionError(what + ", key=" + key + ", value=" + value + ", version=" + version);
        }
    }

    /** Of one key; guarded by its monitor. */
    private static final class History
    {
        private final Set<String> inDoubt = new HashSet<>();
        private String value;
        private long version;

        @Override
        public String toString()
        {
            return "acknowledged=" + value + ", acknowledgedVersion=" + version + ", inDoubt=" + inDoubt;
        }
    }
}
