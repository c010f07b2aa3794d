package org.velocitydb.journal;

/**
 * When the owner of a {@link Journal} calls {@link Journal#force()}, and so what an acknowledged write survives. In
 * each mode the journal itself forces when it rolls to another segment and when it closes, and what recovery brings
 * back is a prefix of what was appended.
 */
public enum SyncMode
{
    /**
     * After each group, before it is acknowledged. An acknowledged write survives a crash of the process, of the
     * operating system and the loss of power.
     */
    GROUP,
    /**
     * Every few milliseconds, whatever has gathered. An acknowledged write survives a crash of the process; a crash of
     * the machine may take back those of the last interval.
     */
    INTERVAL,
    /**
     * Never, but for rolling and closing: the operating system writes when it likes. An acknowledged write survives a
     * crash of the process; a crash of the machine may take back as much as a segment holds.
     */
    NONE
}
