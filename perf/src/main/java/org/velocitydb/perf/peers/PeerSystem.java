package org.velocitydb.perf.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;

/**
 * What can be measured.
 */
enum PeerSystem
{
    /** The engine of this project. */
    VELOCITY,
    /** RocksDB, native. */
    ROCKSDB,
    /** LevelDB, native. */
    LEVELDB,
    /** LMDB, native. */
    LMDB,
    /** SQLite, native. */
    SQLITE,
    /** H2's MVStore, in Java. */
    H2,
    /** Sled, a program of its own in Rust. */
    SLED,
    /** No store: what the disk itself can do. */
    DISK;

    /**
     * Whether the system can do a set of works.
     *
     * @param set of works.
     * @return true for a store and a store's works, or for the disk and its own.
     */
    boolean does(final WorkSet set)
    {
        return (this == DISK) == (set == WorkSet.DISK);
    }

    /**
     * Opens a store, making the directory and the store where there is none.
     *
     * @param directory of the store.
     * @param mode      of its writes.
     * @return the store, without entries of other systems' classes being loaded.
     * @throws Exception what the store throws.
     */
    EmbeddedStore open(final Path directory, final WriteMode mode) throws Exception
    {
        Files.createDirectories(directory);
        return switch (this)
        {
            case VELOCITY -> VelocityStore.open(directory);
            case ROCKSDB -> RocksStore.open(directory);
            case LEVELDB -> LevelStore.open(directory);
            case LMDB -> LmdbStore.open(directory, mode);
            case SQLITE -> SqliteStore.open(directory, mode);
            case H2 -> MvStore.open(directory);
            case SLED, DISK -> throw new IllegalArgumentException("no store of this process: system=" + this);
        };
    }

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
