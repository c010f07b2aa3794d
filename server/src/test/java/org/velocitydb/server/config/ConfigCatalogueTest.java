package org.velocitydb.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.velocitydb.server.toml.TomlException;

/**
 * Every case in {@code config-errors.txt}: a file, and all that is said about it.
 */
class ConfigCatalogueTest
{
    private static final String CASE = "=== ";
    private static final String EXPECTED = "---";

    @TestFactory
    Stream<DynamicTest> shouldSayWhatIsWrongAndWhere() throws IOException
    {
        final String[] cases = catalogue().split("(?m)^" + CASE);
        assertFalse(cases.length < 10, "catalogue is not where it should be");
        return Stream.of(cases).skip(1).map((text) -> DynamicTest.dynamicTest(nameOf(text), () -> check(text)));
    }

    private static void check(final String text)
    {
        final int nameEnd = text.indexOf('\n') + 1;
        final int tomlEnd = ("\n" + text).indexOf("\n" + EXPECTED + "\n", nameEnd - 1);
        final String toml = text.substring(nameEnd, tomlEnd);
        final String expected = text.substring(tomlEnd + EXPECTED.length() + 1);

        assertEquals(expected.strip(), String.join("\n", said(toml)));
    }

    private static List<String> said(final String toml)
    {
        final List<String> said = new ArrayList<>();
        try
        {
            VelocityConfig.parse("velocity.toml", toml).warnings().forEach((warning) -> said.add("warning " + warning));
        }
        catch (final TomlException ex)
        {
            ex.problems().forEach((problem) -> said.add(problem.toString()));
        }
        return said;
    }

    private static String nameOf(final String text)
    {
        return text.substring(0, text.indexOf('\n'));
    }

    private static String catalogue() throws IOException
    {
        try (InputStream input = ConfigCatalogueTest.class.getResourceAsStream("/config-errors.txt"))
        {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
