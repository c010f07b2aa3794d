package org.velocitydb.engine.table;

/**
 * Where table files lie and how they are called: {@code tables/<16 hex digits of the table's number>.sst}.
 */
public final class TableNames
{
    /** Directory of all tables of a store. */
    public static final String DIRECTORY = "tables";
    /** What isn't a table's number. */
    public static final long NULL_TABLE_NUMBER = -1;

    private static final String SUFFIX = ".sst";
    private static final int DIGITS = 16;

    private TableNames()
    {
    }

    /**
     * Name of a table's file, relative to the store.
     *
     * @param tableNumber of the table.
     * @return name for {@link org.velocitydb.journal.storage.Storage}.
     */
    public static String of(final long tableNumber)
    {
        return DIRECTORY + '/' + String.format("%016x", tableNumber) + SUFFIX;
    }

    /**
     * The table's number in a plain file name.
     *
     * @param fileName without the directory.
     * @return the number, or {@link #NULL_TABLE_NUMBER} if no table is called so.
     */
    public static long number(final String fileName)
    {
        if (fileName.length() != DIGITS + SUFFIX.length() || !fileName.endsWith(SUFFIX))
        {
            return NULL_TABLE_NUMBER;
        }
        for (int i = 0; i < DIGITS; i++)
        {
            final char digit = fileName.charAt(i);
            if (!(digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f'))
            {
                return NULL_TABLE_NUMBER;
            }
        }
        final long number = Long.parseUnsignedLong(fileName.substring(0, DIGITS), 16);
        return number < 0 ? NULL_TABLE_NUMBER : number;
    }
}
