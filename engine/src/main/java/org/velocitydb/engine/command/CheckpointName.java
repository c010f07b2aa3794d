package org.velocitydb.engine.command;

/**
 * What a checkpoint may be called, which is what its directory is called: letters, digits, hyphens, underscores and
 * dots of ASCII, not a dot first. So no name leads elsewhere. Capitals and small letters differ where the file system
 * lets them.
 */
public final class CheckpointName
{
    /** Longest name in characters. */
    public static final int MAX_LENGTH = 128;

    private CheckpointName()
    {
    }

    /**
     * What is wrong with a name.
     *
     * @param name to be looked at.
     * @return words for people, which do not repeat the name, or null where nothing is.
     */
    public static String fault(final String name)
    {
        if (name.isEmpty() || name.length() > MAX_LENGTH)
        {
            return "name length out of range: length=" + name.length() + ", min=1, max=" + MAX_LENGTH;
        }
        for (int i = 0; i < name.length(); i++)
        {
            if (!mayHold(name.charAt(i), i))
            {
                return "name holds a character that it may not: index=" + i + ", code=" + (int) name.charAt(i);
            }
        }
        return null;
    }

    private static boolean mayHold(final char letter, final int index)
    {
        return letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9' ||
            letter == '_' || letter == '-' || letter == '.' && index > 0;
    }
}
