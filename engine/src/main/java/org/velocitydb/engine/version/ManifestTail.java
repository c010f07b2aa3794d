package org.velocitydb.engine.version;

/**
 * What it means that no valid record begins where the next one should. One row for each combination:
 *
 * <pre>
 *      records so far | all zero from here on | a valid record later |
 *   A        none     |        any            |        any           | damaged: the first edit is forced, with its
 *                     |                       |                      | seal, before anything names the manifest
 *   B        some     |        yes            |        no            | the end
 *   C        some     |        no             |        no            | torn: the last write was never acknowledged
 *   D        some     |        no             |        yes           | damaged: what was whole once is not any more
 * </pre>
 */
enum ManifestTail
{
    /** Row B. */
    CLEAN,
    /** Row C: what follows is cut off. */
    TORN,
    /** Rows A and D: refuse to open. */
    DAMAGED;

    static ManifestTail of(final boolean hasRecords, final boolean isZero, final boolean hasValidRecordLater)
    {
        if (!hasRecords || hasValidRecordLater)
        {
            return DAMAGED;
        }
        return isZero ? CLEAN : TORN;
    }
}
