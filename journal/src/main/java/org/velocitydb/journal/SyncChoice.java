package org.velocitydb.journal;

/**
 * The way that was chosen to make records durable.
 *
 * @param method {@link SyncMethod#BUFFERED} or {@link SyncMethod#DIRECT}.
 * @param reason why, in words with values.
 */
record SyncChoice(SyncMethod method, String reason)
{
}
