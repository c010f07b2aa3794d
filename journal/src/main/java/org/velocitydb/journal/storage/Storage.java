package org.velocitydb.journal.storage;

import java.util.List;

/**
 * A tree of files under one root. The whole contract that VelocityDB needs from a file system, small enough that a
 * simulated disk can honour every line of it.
 *
 * <p>Names are relative, with {@code /} between parts; {@code ""} is the root directory. What survives a crash: the
 * bytes of a file up to its last {@link StorageFile#force()} or written through a {@link DirectFile}, and the names in
 * a directory up to its last {@link
 * #forceDirectory(String)}. Anything later may survive whole, in part, or not at all.
 *
 * <p>Any thread may call; two threads do not use one {@link StorageFile} at once for writing.
 */
public interface Storage
{
    /** What {@link #directAlignment()} says where there are no direct writes. */
    int NO_DIRECT_WRITES = 0;

    /**
     * Makes a new file of {@code lengthBytes} zero bytes whose blocks are allocated, so that writes inside it need no
     * further space. Neither the bytes nor the name are durable yet.
     *
     * @param name        relative name; its directory exists.
     * @param lengthBytes initial length, 0 or more.
     * @return the open file, for reading and writing.
     * @throws StorageFullException when the disk has no room; nothing is left behind.
     * @throws StorageException     when it exists already or cannot be made.
     */
    StorageFile create(String name, long lengthBytes);

    /**
     * Opens an existing file for reading and writing.
     *
     * @param name relative name.
     * @return the open file.
     * @throws StorageException when there is no such file or it cannot be opened.
     */
    StorageFile open(String name);

    /**
     * Tells what direct writes need.
     *
     * @return a power of two that addresses, lengths and positions are multiples of, or {@link #NO_DIRECT_WRITES}.
     */
    int directAlignment();

    /**
     * Opens an existing file a second time, for direct writes.
     *
     * @param name relative name of a file whose bytes are written and forced as far as it is long.
     * @return the open file.
     * @throws StorageException when it cannot be opened so: not every file system that has an alignment agrees.
     */
    DirectFile openDirect(String name);

    /**
     * Maps a whole existing file for reading.
     *
     * @param name relative name of a file of at most {@link Integer#MAX_VALUE} bytes.
     * @return the mapping, which the caller closes once no reader can touch it.
     * @throws StorageException when it cannot be mapped.
     */
    MappedFile map(String name);

    /**
     * Tells whether a file or directory of this name exists.
     *
     * @param name relative name.
     * @return true if it exists.
     */
    boolean exists(String name);

    /**
     * The plain file names in a directory, in ascending order.
     *
     * @param directory relative name of a directory that exists.
     * @return names without their directory; sub-directories are left out.
     */
    List<String> list(String directory);

    /**
     * The plain names of the directories in a directory, in ascending order.
     *
     * @param directory relative name of a directory that exists.
     * @return names without their directory; files are left out, and so is what only leads to a directory elsewhere.
     */
    List<String> directories(String directory);

    /**
     * Makes a directory and those above it, where they do not exist, and forces the parents of what it made.
     *
     * @param directory relative name.
     */
    void makeDirectory(String directory);

    /**
     * Removes an empty directory and forces the one that it was in. A directory that does not exist is no error.
     *
     * @param directory relative name, other than {@code ""}.
     * @throws StorageException when something is left in it.
     */
    void deleteDirectory(String directory);

    /**
     * Gives a file another name, replacing what has that name, in one step as seen by any later reader.
     *
     * @param from existing name.
     * @param to   new name.
     */
    void rename(String from, String to);

    /**
     * Gives a file a second name; each of the two may be removed without harm to the other. The new name is durable
     * when its directory has been forced.
     *
     * @param name   existing name.
     * @param second name that nothing has yet; its directory exists.
     * @throws StorageException when there is no such file, the second name is taken, or the file system has no hard
     *                          links.
     */
    void link(String name, String second);

    /**
     * The tree below a directory as a storage of its own: its names begin there.
     *
     * @param directory relative name; made where there is none.
     * @return a storage with the directory as its root.
     */
    Storage within(String directory);

    /**
     * Removes a file. A file that does not exist is no error.
     *
     * @param name relative name.
     */
    void delete(String name);

    /**
     * Makes the names in a directory durable.
     *
     * @param directory relative name.
     */
    void forceDirectory(String directory);

    /**
     * Takes the exclusive lock of this name, which other processes and other Storage instances respect. The lock ends
     * with {@link StorageLock#close()} or with the process.
     *
     * @param name   relative name of the lock file, made where there is none.
     * @param holder text that tells others who holds it, such as the process id.
     * @return the lock.
     * @throws StorageLockedException when another holds it; the message quotes the holder's text.
     */
    StorageLock lock(String name, String holder);

    /**
     * Bytes that can still be written, as far as the operating system tells.
     *
     * @return usable bytes.
     * @throws StorageException when it does not tell, such as when the directory has been deleted: that nothing is
     *                          known must not look like a full disk.
     */
    long usableBytes();
}
