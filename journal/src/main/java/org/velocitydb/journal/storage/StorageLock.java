package org.velocitydb.journal.storage;

/**
 * A held lock; see {@link Storage#lock(String, String)}.
 */
public interface StorageLock extends AutoCloseable
{
    @Override
    void close();
}
