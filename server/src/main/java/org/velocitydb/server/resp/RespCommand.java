package org.velocitydb.server.resp;

import java.util.Locale;

/**
 * The commands that are known. Arity, flags and places of keys are as Redis tells them, since clients ask: an arity of
 * less than 0 is a least number of parts, the name among them; a last key of -1 is the last part.
 */
public enum RespCommand
{
    /** Appends to a value. */
    APPEND(3, "write denyoom fast", 1, 1, 1),
    /** Logs in. */
    AUTH(-2, "noscript loading stale fast no_auth", 0, 0, 0),
    /** Asks and tells about the connection. */
    CLIENT(-2, "noscript loading stale", 0, 0, 0),
    /** Asks about the commands. */
    COMMAND(-1, "loading stale", 0, 0, 0),
    /** Asks about settings. */
    CONFIG(-2, "admin noscript loading stale", 0, 0, 0),
    /** Counts the keys. */
    DBSIZE(1, "readonly fast", 0, 0, 0),
    /** Takes one away. */
    DECR(2, "write denyoom fast", 1, 1, 1),
    /** Takes a number away. */
    DECRBY(3, "write denyoom fast", 1, 1, 1),
    /** Deletes keys. */
    DEL(-2, "write", 1, -1, 1),
    /** Forgets a transaction. */
    DISCARD(1, "noscript loading stale fast", 0, 0, 0),
    /** Says it back. */
    ECHO(2, "loading stale fast", 0, 0, 0),
    /** Does a transaction. */
    EXEC(1, "noscript loading stale", 0, 0, 0),
    /** Counts those keys that are there. */
    EXISTS(-2, "readonly fast", 1, -1, 1),
    /** Sets a time to live in seconds. */
    EXPIRE(-3, "write fast", 1, 1, 1),
    /** Sets a time of expiry in seconds. */
    EXPIREAT(-3, "write fast", 1, 1, 1),
    /** Tells the time of expiry in seconds. */
    EXPIRETIME(2, "readonly fast", 1, 1, 1),
    /** Deletes all keys. */
    FLUSHALL(-1, "write", 0, 0, 0),
    /** Deletes all keys. */
    FLUSHDB(-1, "write", 0, 0, 0),
    /** Reads a value. */
    GET(2, "readonly fast", 1, 1, 1),
    /** Reads a value and deletes it. */
    GETDEL(2, "write fast", 1, 1, 1),
    /** Reads a value and changes when it expires. */
    GETEX(-2, "write fast", 1, 1, 1),
    /** Reads a part of a value. */
    GETRANGE(4, "readonly", 1, 1, 1),
    /** Reads a value and replaces it. */
    GETSET(3, "write denyoom fast", 1, 1, 1),
    /** Chooses the protocol's version. */
    HELLO(-1, "noscript loading stale fast no_auth", 0, 0, 0),
    /** Adds one. */
    INCR(2, "write denyoom fast", 1, 1, 1),
    /** Adds a number. */
    INCRBY(3, "write denyoom fast", 1, 1, 1),
    /** Tells about the server. */
    INFO(-1, "loading stale", 0, 0, 0),
    /** Lists the keys that match. */
    KEYS(2, "readonly", 0, 0, 0),
    /** Reads several values. */
    MGET(-2, "readonly fast", 1, -1, 1),
    /** Writes several values. */
    MSET(-3, "write denyoom", 1, -1, 2),
    /** Writes several values if none of the keys is there. */
    MSETNX(-3, "write denyoom", 1, -1, 2),
    /** Begins a transaction. */
    MULTI(1, "noscript loading stale fast", 0, 0, 0),
    /** Lets a value stay. */
    PERSIST(2, "write fast", 1, 1, 1),
    /** Sets a time to live in milliseconds. */
    PEXPIRE(-3, "write fast", 1, 1, 1),
    /** Sets a time of expiry in milliseconds. */
    PEXPIREAT(-3, "write fast", 1, 1, 1),
    /** Tells the time of expiry in milliseconds. */
    PEXPIRETIME(2, "readonly fast", 1, 1, 1),
    /** Answers. */
    PING(-1, "fast", 0, 0, 0),
    /** Writes a value with a time to live in milliseconds. */
    PSETEX(4, "write denyoom", 1, 1, 1),
    /** Tells the time to live in milliseconds. */
    PTTL(2, "readonly fast", 1, 1, 1),
    /** Says goodbye. */
    QUIT(-1, "noscript loading stale fast no_auth", 0, 0, 0),
    /** Brings the connection back to its beginning. */
    RESET(1, "noscript loading stale fast no_auth", 0, 0, 0),
    /** Walks the keys. */
    SCAN(-2, "readonly", 0, 0, 0),
    /** Chooses a database. */
    SELECT(2, "loading stale fast", 0, 0, 0),
    /** Writes a value. */
    SET(-3, "write denyoom", 1, 1, 1),
    /** Writes a value with a time to live in seconds. */
    SETEX(4, "write denyoom", 1, 1, 1),
    /** Writes a value if the key is not there. */
    SETNX(3, "write denyoom fast", 1, 1, 1),
    /** Writes over a part of a value. */
    SETRANGE(4, "write denyoom", 1, 1, 1),
    /** Tells a value's length. */
    STRLEN(2, "readonly fast", 1, 1, 1),
    /** Reads a part of a value; an old name. */
    SUBSTR(4, "readonly", 1, 1, 1),
    /** Tells the time. */
    TIME(1, "loading stale fast", 0, 0, 0),
    /** Counts those keys that are there. */
    TOUCH(-2, "readonly fast", 1, -1, 1),
    /** Tells the time to live in seconds. */
    TTL(2, "readonly fast", 1, 1, 1),
    /** Tells what kind of value a key has. */
    TYPE(2, "readonly fast", 1, 1, 1),
    /** Deletes keys. */
    UNLINK(-2, "write fast", 1, -1, 1),
    /** Forgets the keys that are watched. */
    UNWATCH(1, "noscript loading stale fast", 0, 0, 0),
    /** Lets the next transaction be done only if keys are as they are now. */
    WATCH(-2, "noscript loading stale fast", 1, -1, 1);

    private static final int TABLE_LENGTH = 256;
    /** Longer than any name. */
    private static final int NAME_LENGTH_MAX = 16;
    private static final int HASH_MULTIPLIER = 31;
    /** By hash of the name; the next free place for those whose place is taken. */
    private static final RespCommand[] TABLE = table();

    private final int arity;
    private final String flags;
    private final int firstKey;
    private final int lastKey;
    private final int keyStep;
    private final String text = name().toLowerCase(Locale.ROOT);

    RespCommand(final int arity, final String flags, final int firstKey, final int lastKey, final int keyStep)
    {
        this.arity = arity;
        this.flags = flags;
        this.firstKey = firstKey;
        this.lastKey = lastKey;
        this.keyStep = keyStep;
    }

    private static RespCommand[] table()
    {
        final RespCommand[] table = new RespCommand[TABLE_LENGTH];
        for (final RespCommand command : values())
        {
            int hash = 0;
            for (int i = 0; i < command.name().length(); i++)
            {
                hash = hash * HASH_MULTIPLIER + command.name().charAt(i);
            }
            int slot = hash & TABLE_LENGTH - 1;
            while (table[slot] != null)
            {
                slot = slot + 1 & TABLE_LENGTH - 1;
            }
            table[slot] = command;
        }
        return table;
    }

    /**
     * The command that a part of a request names. Allocation-free.
     *
     * @param request that names it.
     * @param part    index of the name.
     * @return the command, or null where it is not known.
     */
    public static RespCommand find(final RespRequest request, final int part)
    {
        if (request.length(part) > NAME_LENGTH_MAX)
        {
            return null;
        }
        int hash = 0;
        for (int i = 0; i < request.length(part); i++)
        {
            hash = hash * HASH_MULTIPLIER + RespRequest.upper(request.buffer().get(request.offset(part) + i));
        }
        int slot = hash & TABLE_LENGTH - 1;
        while (TABLE[slot] != null && !request.is(part, TABLE[slot].name()))
        {
            slot = slot + 1 & TABLE_LENGTH - 1;
        }
        return TABLE[slot];
    }

    /**
     * Whether a request may have so many parts.
     *
     * @param count of the parts, the name among them.
     * @return false if there are too few or too many.
     */
    public boolean takes(final int count)
    {
        return arity < 0 ? count >= -arity : count == arity;
    }

    /**
     * The name.
     *
     * @return in small letters.
     */
    public String text()
    {
        return text;
    }

    /**
     * How many parts a request has.
     *
     * @return the number, or the least one as a negative number.
     */
    public int arity()
    {
        return arity;
    }

    /**
     * What kind of command it is, in Redis' words.
     *
     * @return the words.
     */
    public String[] flags()
    {
        return flags.split(" ");
    }

    /**
     * Index of the first key.
     *
     * @return the part, 0 where there is none.
     */
    public int firstKey()
    {
        return firstKey;
    }

    /**
     * Index of the last key.
     *
     * @return the part, 0 where there is none, -1 for the last part.
     */
    public int lastKey()
    {
        return lastKey;
    }

    /**
     * Parts from one key to the next.
     *
     * @return the step, 0 where there is no key.
     */
    public int keyStep()
    {
        return keyStep;
    }
}
