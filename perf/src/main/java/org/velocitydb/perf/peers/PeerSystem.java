package org.velocitydb.perf.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import org.velocitydb.perf.peers.EmbeddedStore.WriteMode;
import org.velocitydb.perf.peers.EmbeddedStore.Writers;

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
     * What a reader of the figures has to know, where a store gives less than was asked for.
     *
     * @param set of works.
     * @return a sentence, or an empty text.
     */
    String caveat(final WorkSet set)
    {
        return switch (this)
        {
            case SLED -> set == WorkSet.DURABLE
                ? "sled: flush() calls sync_file_range on Linux, which does not flush the disk's own cache."
                : "";
            case H2 -> set == WorkSet.DURABLE
                ? ""
                : "h2: puts stay in the process's memory until the store writes them, once a second or at 64 MiB.";
            case LMDB -> set == WorkSet.DURABLE
                ? ""
                : "lmdb: with MDB_NOSYNC and MDB_WRITEMAP the machine's death may leave the store damaged.";
            default -> "";
        };
    }

    /**
     * Opens a store, making the directory and the store where there is none.
     *
     * @param directory of the store.
     * @param mode      of its writes.
     * @param writers   that there will be.
     * @return the store, without entries of other systems' classes being loaded.
     * @throws Exception what the store throws.
     */
    EmbeddedStore open(final Path directory, final WriteMode mode, final Writers writers) throws Exception
    {
        Files.createDirectories(directory);
        return switch (this)
        {
            case VELOCITY -> VelocityStore.open(directory, writers);
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
