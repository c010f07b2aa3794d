package org.velocitydb.server.cli;

/**
 * Cuts text into statements at semicolons, but not at those inside {@code 'strings'}, after {@code --} or between
 * {@code /* } and {@code * /}. What stands between {@code BEGIN;} and {@code COMMIT;} is one statement with them. Text
 * is added as it comes, and statements taken as they are complete. For one thread.
 */
final class StatementSplitter
{
    /** Longest statement, so that a wrong file cannot fill the memory: some more than the longest value. */
    static final int MAX_LENGTH = 96 * 1024 * 1024;

    private enum State
    {
        /** Between tokens, or in one that cannot hold a semicolon. */
        PLAIN,
        /** After a quote. A doubled one passes for the end of a string and the beginning of the next: no harm. */
        STRING,
        /** Until the end of the line. */
        LINE_COMMENT,
        /** Until star and slash. */
        BLOCK_COMMENT
    }

    private static final String BEGIN = "BEGIN";
    private static final String COMMIT = "COMMIT";

    private final StringBuilder text = new StringBuilder();
    /** What stands since the last semicolon, without space and comments: as much as tells BEGIN and COMMIT. */
    private final StringBuilder words = new StringBuilder();
    private boolean isInBlock;
    private State state = State.PLAIN;
    private int scanned;
    private boolean hasContent;

    /**
     * Adds text.
     *
     * @param more any part of it.
     */
    void append(final CharSequence more)
    {
        if (text.length() + more.length() > MAX_LENGTH)
        {
            throw new CommandException(ExitCode.FAILURE, "statement too long: max=" + MAX_LENGTH + " characters");
        }
        text.append(more);
    }

    /**
     * Takes a statement that a semicolon has ended. Those without content are left out.
     *
     * @return without its semicolon and the space around it, or null where none is complete.
     */
    String poll()
    {
        while (scanned < text.length())
        {
            if (state == State.PLAIN && text.charAt(scanned) == ';' && endsStatement())
            {
                final String statement = take(scanned);
                if (statement != null)
                {
                    return statement;
                }
            }
            else if (!step())
            {
                return null;
            }
        }
        return null;
    }

    /** Whether the semicolon that has been come to ends a statement, and not one of a block. */
    private boolean endsStatement()
    {
        final boolean isBegin = BEGIN.contentEquals(words);
        final boolean isCommit = COMMIT.contentEquals(words);
        words.setLength(0);
        isInBlock = isInBlock ? !isCommit : isBegin;
        return !isInBlock;
    }

    /**
     * Takes what is left when there will be no more text.
     *
     * @return the last statement, which no semicolon ended, or null where only space and comments are left.
     */
    String finish()
    {
        // A slash or a dash may have waited for the character after it.
        append("\n");
        final String statement = poll();
        return statement == null ? take(text.length()) : statement;
    }

    /**
     * Whether a statement has begun.
     *
     * @return true if there is something that a semicolon would end.
     */
    boolean isInStatement()
    {
        return hasContent || state == State.STRING || state == State.BLOCK_COMMENT;
    }

    /**
     * Forgets what was added and not taken.
     */
    void clear()
    {
        text.setLength(0);
        begin();
    }

    private String take(final int end)
    {
        final String statement = hasContent ? text.substring(0, end).strip() : null;
        text.delete(0, Math.min(text.length(), end + 1));
        begin();
        return statement;
    }

    private void begin()
    {
        scanned = 0;
        state = State.PLAIN;
        hasContent = false;
        isInBlock = false;
        words.setLength(0);
    }

    /** Passes one character, or two that belong together; false where the second has not come yet. */
    private boolean step()
    {
        final char c = text.charAt(scanned);
        switch (state)
        {
            case STRING -> state = c == '\'' ? State.PLAIN : State.STRING;
            case LINE_COMMENT -> state = c == '\n' ? State.PLAIN : State.LINE_COMMENT;
            case BLOCK_COMMENT -> {
                return stepPair('*', '/', State.PLAIN);
            }
            default -> {
                return stepPlain(c);
            }
        }
        scanned++;
        return true;
    }

    private boolean stepPlain(final char c)
    {
        if (c == '-' || c == '/')
        {
            return stepPair(c, c == '-' ? '-' : '*', c == '-' ? State.LINE_COMMENT : State.BLOCK_COMMENT);
        }
        if (!Character.isWhitespace(c))
        {
            hasContent = true;
            noteWord(c);
        }
        state = c == '\'' ? State.STRING : State.PLAIN;
        scanned++;
        return true;
    }

    private void noteWord(final char c)
    {
        if (c != ';' && words.length() <= COMMIT.length())
        {
            words.append(Character.toUpperCase(c));
        }
    }

    private boolean stepPair(final char first, final char second, final State next)
    {
        if (text.charAt(scanned) != first)
        {
            scanned++;
            return true;
        }
        if (scanned + 1 == text.length())
        {
            return false;
        }
        if (text.charAt(scanned + 1) == second)
        {
            state = next;
            scanned += 2;
            return true;
        }
        if (state == State.PLAIN)
        {
            hasContent = true;
            noteWord(first);
        }
        scanned++;
        return true;
    }
}
