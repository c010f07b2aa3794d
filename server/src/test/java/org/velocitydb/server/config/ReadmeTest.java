package org.velocitydb.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

/**
 * What the README says about the configuration is so.
 */
class ReadmeTest
{
    private static final Path ROOT = Path.of("..");

    @Test
    void shouldLoadTheFileThatIsShown() throws IOException
    {
        final VelocityConfig config = VelocityConfig.parse("README.md", block("README.md", "toml"));

        assertEquals(1000, config.server().limits().maxConnections());
        assertEquals(2, config.users().disabledNames().size());
    }

    @Test
    void shouldNameEveryKeyWithItsDefaultAndWhatIsAllowed() throws IOException
    {
        final String readme = Files.readString(ROOT.resolve("README.md"));
        for (final ConfigKey key : ConfigKey.values())
        {
            final String row = readme.lines()
                .filter((line) -> line.startsWith("| `" + key.key() + "` |"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not in the table: " + key.key()));
            assertEquals("| " + key.defaultText() + " | " + key.allowed() + " | " + key.meaning() + " |",
                row.substring(row.indexOf("` |") + 2).replace("| `", "| ").replace("` |", " |"));
        }
    }

    @Test
    void shouldShowTheSameFirstStepsAsTheClientsOwnReadme() throws IOException
    {
        assertEquals(block("clients/java/README.md", "java"), block("README.md", "java"));
    }

    @Test
    void shouldLinkToWhatIsThere() throws IOException
    {
        final Matcher link = Pattern.compile("\\]\\(([^):#]+)\\)").matcher(Files.readString(ROOT.resolve("README.md")));
        while (link.find())
        {
            assertTrue(Files.exists(ROOT.resolve(link.group(1))), link.group(1));
        }
    }

    private static String block(final String file, final String language) throws IOException
    {
        final Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```")
            .matcher(Files.readString(ROOT.resolve(file)));
        assertTrue(block.find(), "no " + language + " in " + file);
        return block.group(1);
    }
}
