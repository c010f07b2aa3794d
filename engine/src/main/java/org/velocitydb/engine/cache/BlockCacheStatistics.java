package org.velocitydb.engine.cache;

/**
 * What a block cache has counted at one moment.
 *
 * @param hits           blocks that readers found.
 * @param misses         blocks that readers decompressed themselves.
 * @param admissions     blocks taken in.
 * @param rejections     misses that were noticed without the block being taken in.
 * @param evictions      blocks that had to leave, for lack of room or with their table.
 * @param allocatedBytes what the cache takes, all included.
 * @param capacityBytes  what it may take at present.
 */
public record BlockCacheStatistics(
    long hits,
    long misses,
    long admissions,
    long rejections,
    long evictions,
    long allocatedBytes,
    long capacityBytes)
{
}
