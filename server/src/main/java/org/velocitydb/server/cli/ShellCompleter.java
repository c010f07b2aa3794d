package org.velocitydb.server.cli;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Offers what may stand at the cursor: the shell's commands after a backslash, tables after a word that a table
 * follows, else the words of the language. They are written as large as what was typed.
 */
final class ShellCompleter implements Completer
{
    private static final Set<String> BEFORE_TABLE = Set.of("FROM", "INTO", "UPDATE", "TABLE");
    private static final List<String> FIRST = List.of(
        "SELECT", "INSERT INTO", "UPDATE", "DELETE FROM", "BEGIN", "EXPLAIN", "PREPARE", "EXECUTE", "DEALLOCATE",
        "CREATE TABLE", "DROP TABLE", "DROP CHECKPOINT", "CHECKPOINT", "SHOW", "KILL");
    private static final List<String> SHOWN = List.of(
        "STATS", "STATUS", "TABLES", "USERS", "CHECKPOINTS", "CONNECTIONS", "CONFIG", "SLOW");
    private static final List<String> LATER = List.of(
        "key", "value", "version", "ttl", "FROM", "WHERE", "AND", "IN", "BETWEEN", "LIKE", "ORDER BY key", "ASC",
        "DESC",
        "LIMIT", "OFFSET", "COUNT(*)", "VALUES", "SET", "IF NOT EXISTS", "IF EXISTS", "USING TTL", "NULL", "TRUE",
        "FALSE", "CHECK", "COMMIT", "SELECT", "INSERT INTO", "UPDATE", "DELETE FROM");

    private final List<String> commands;
    private final Supplier<List<String>> tables;

    ShellCompleter(final List<String> commands, final Supplier<List<String>> tables)
    {
        this.commands = commands;
        this.tables = tables;
    }

    @Override
    public void complete(final LineReader reader, final ParsedLine line, final List<Candidate> candidates)
    {
        final String before = line.line().substring(0, line.cursor());
        final String typed = line.word().substring(0, line.wordCursor());
        if (before.stripLeading().startsWith(ShellParser.COMMAND_PREFIX))
        {
            commands.forEach((command) -> candidates.add(new Candidate(command)));
            return;
        }
        final boolean isSmall = !typed.isEmpty() && typed.equals(typed.toLowerCase(Locale.ROOT));
        for (final String word : words(line))
        {
            candidates.add(new Candidate(isSmall ? word.toLowerCase(Locale.ROOT) : word));
        }
    }

    private List<String> words(final ParsedLine line)
    {
        final String previous = line.wordIndex() < 1
            ? ""
            : line.words().get(line.wordIndex() - 1).toUpperCase(Locale.ROOT);
        if (BEFORE_TABLE.contains(previous))
        {
            return tables.get();
        }
        if (previous.equals("SHOW"))
        {
            return SHOWN;
        }
        return previous.isEmpty() || previous.equals("EXPLAIN") ? FIRST : LATER;
    }
}
