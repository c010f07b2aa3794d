package org.velocitydb.journal.storage;

/**
 * What goes wrong at a chosen operation of a {@link SimulatedStorage}.
 */
public enum Fault
{
    /** The machine stops before the operation. */
    CRASH,
    /**
     * The machine stops in the operation: half of a write is done, the first half or, if it is direct, any sectors of
     * it; any other operation is not.
     */
    CRASH_HALF_WAY,
    /**
     * The first force or direct write of a file at or after this operation fails, and the file's unforced bytes never
     * reach the disk, although they can still be read until the next crash. That is what Linux does.
     */
    FORCE_FAILS,
    /**
     * The first write at or after this operation finds no room, although the file is as long already: on file systems
     * that never write in place. Nothing of it is done.
     */
    WRITE_FINDS_NO_ROOM
}
