package org.velocitydb.server.node;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where walks over the keys by SCAN go on. A cursor has to be a number, and the place is a key, so the node keeps the
 * keys: of so many cursors at most, the oldest forgotten first, whoever asked and on whichever connection. Any thread.
 */
final class RespScanCursors
{
    /** Cursors that are kept. */
    static final int COUNT_MAX = 16 * 1024;
    /** Bytes of the keys that are kept. */
    static final long BYTES_MAX = 16L * 1024 * 1024;

    private final Map<Long, byte[]> keys = new LinkedHashMap<>();
    private long keptBytes;
    private long nextCursor = 1;

    /**
     * Keeps a place.
     *
     * @param key the first one that was not looked at yet.
     * @return the cursor.
     */
    synchronized long keep(final byte[] key)
    {
        keys.put(nextCursor, key);
        keptBytes += key.length;
        while (keys.size() > COUNT_MAX || keptBytes > BYTES_MAX)
        {
            final Map.Entry<Long, byte[]> oldest = keys.entrySet().iterator().next();
            keptBytes -= oldest.getValue().length;
            keys.remove(oldest.getKey());
        }
        return nextCursor++;
    }

    /**
     * Finds a place again; it stays, since whoever got no answer asks again.
     *
     * @param cursor that was given out.
     * @return the key, or null where it is not known any more.
     */
    synchronized byte[] find(final long cursor)
    {
        return keys.get(cursor);
    }
}
