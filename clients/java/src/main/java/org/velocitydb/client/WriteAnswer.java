package org.velocitydb.client;

import org.velocitydb.protocol.Durability;

/**
 * What became of a write. A condition that failed is an answer, not an exception.
 *
 * @param isApplied       false if a condition failed and nothing was done.
 * @param durability      that was reached before the answer was sent.
 * @param isReplay        true if this is the remembered answer to a retried request id.
 * @param appliedCount    how many operations were applied.
 * @param sequence        of the last of them, which is its version; the others have those just below.
 * @param failedOperation index of the operation whose condition failed.
 * @param foundVersion    version of the key whose condition failed; 0 if it is absent.
 * @param counterValue    what the last increment of the request came to; 0 if there is none.
 */
public record WriteAnswer(
    boolean isApplied,
    Durability durability,
    boolean isReplay,
    int appliedCount,
    long sequence,
    int failedOperation,
    long foundVersion,
    long counterValue)
{
}
