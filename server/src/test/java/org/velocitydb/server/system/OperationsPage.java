package org.velocitydb.server.system;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What docs/OPERATIONS.md says that can be held against a server.
 */
final class OperationsPage
{
    private static final Path FILE = Path.of("../docs/OPERATIONS.md");
    private static final String LAUNCHER = "scripts/velocity ";
    private static final String REFUSALS = "## It does not start";
    private static final Pattern BLOCK = Pattern.compile("(?s)```bash\n(.*?)```");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern METRIC = Pattern.compile("`(velocitydb_[a-z0-9_]+)`");
    private static final Pattern REFUSAL = Pattern.compile("(?m)^\\| `([^|]+)` \\| (\\d) \\|");

    private OperationsPage()
    {
    }

    private static String text()
    {
        try
        {
            return Files.readString(FILE);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * The commands of the page, in its order, each in words, without the launcher's name.
     *
     * @return at least one.
     */
    static List<List<String>> commands()
    {
        final List<List<String>> commands = new ArrayList<>();
        final Matcher block = BLOCK.matcher(text());
        while (block.find())
        {
            block.group(1).lines().filter((line) -> line.startsWith(LAUNCHER))
                .forEach((line) -> commands.add(words(line.substring(LAUNCHER.length()))));
        }
        assertFalse(commands.isEmpty(), "no commands in " + FILE);
        return commands;
    }

    private static List<String> words(final String line)
    {
        final List<String> words = new ArrayList<>();
        final Matcher word = WORD.matcher(line);
        while (word.find())
        {
            words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        return words;
    }

    /**
     * The metrics that the page speaks of.
     *
     * @return their names.
     */
    static Set<String> metrics()
    {
        final Set<String> names = new TreeSet<>();
        final Matcher name = METRIC.matcher(text());
        while (name.find())
        {
            names.add(name.group(1));
        }
        assertFalse(names.isEmpty(), "no metrics in " + FILE);
        return names;
    }

    /**
     * Asserts that somebody who looks a refusal up finds it: that a row of the table has its words, in which three dots
     * stand for anything, and its exit code.
     *
     * @param message  first line of what was printed.
     * @param exitCode of the process.
     */
    static void assertExplains(final String message, final int exitCode)
    {
        final String section = text().substring(text().indexOf(REFUSALS));
        final Matcher row = REFUSAL.matcher(section);
        boolean isFound = false;
        while (!isFound && row.find())
        {
            final String words = Pattern.quote("velocity: ") + Pattern.quote(row.group(1)).replace("...", "\\E.*\\Q");
            isFound = message.matches(words) && exitCode == Integer.parseInt(row.group(2));
        }
        assertTrue(isFound, "not in " + FILE + ": exit code " + exitCode + ", " + message);
    }
}
