package org.velocitydb.engine.cache;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks into a cache as reads of tables do: who does not find a block says so.
 */
final class CacheProbe
{
    private CacheProbe()
    {
    }

    static boolean find(
        final BlockCacheReader reader, final long tableNumber, final int blockOffset, final UnsafeBuffer block)
    {
        if (reader.find(tableNumber, blockOffset, block))
        {
            return true;
        }
        reader.missed(tableNumber, blockOffset);
        return false;
    }
}
