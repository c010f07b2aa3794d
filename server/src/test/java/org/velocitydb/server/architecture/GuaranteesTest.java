package org.velocitydb.server.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/**
 * What docs/GUARANTEES.md promises names the tests that show it, and these are there.
 */
final class GuaranteesTest
{
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z]\\w*Test)`");
    /** Sections whose points are no promises. */
    private static final Set<String> NO_PROMISES = Set.of("What is assumed", "What is not guaranteed");
    private static final int PROMISE_COUNT_MIN = 40;
    /** Modules lie in the root and in clients/. */
    private static final int MODULE_DEPTH = 2;

    @Test
    void shouldNameTestsThatAreThere() throws IOException
    {
        final Set<String> named = new TreeSet<>();
        final Matcher name = TEST_NAME.matcher(page());
        while (name.find())
        {
            named.add(name.group(1));
        }
        named.removeAll(testClasses());

        assertEquals(Set.of(), named, "named, and not there");
    }

    @Test
    void shouldNameATestForEachPromise() throws IOException
    {
        final List<String> promises = promises();

        assertTrue(promises.size() >= PROMISE_COUNT_MIN, "the page is not what it was: promises=" + promises.size());
        assertEquals(
            List.of(), promises.stream().filter((promise) -> !TEST_NAME.matcher(promise).find()).toList(),
            "promises without a test");
    }

    /** A promise is a point of a list, from its hyphen to the next one or to an empty line. */
    private static List<String> promises() throws IOException
    {
        final List<String> promises = new ArrayList<>();
        for (final String section : page().split("(?m)^## "))
        {
            final String title = section.lines().findFirst().orElse("");
            if (!NO_PROMISES.contains(title))
            {
                final Matcher point = Pattern.compile("(?ms)^- (.*?)(?=^- |^\\s*$|\\z)").matcher(section);
                while (point.find())
                {
                    promises.add(point.group(1).strip());
                }
            }
        }
        return promises;
    }

    private static String page() throws IOException
    {
        return Files.readString(ROOT.resolve("docs/GUARANTEES.md"));
    }

    private static Set<String> testClasses() throws IOException
    {
        final Set<String> names = new TreeSet<>();
        try (Stream<Path> directories = Files.walk(ROOT, MODULE_DEPTH))
        {
            for (final Path tests : directories.map((module) -> module.resolve("src/test/java"))
                .filter(Files::isDirectory)
                .toList())
            {
                addTestClasses(tests, names);
            }
        }
        return names;
    }

    private static void addTestClasses(final Path directory, final Set<String> names) throws IOException
    {
        try (Stream<Path> files = Files.walk(directory))
        {
            files.map((file) -> file.getFileName().toString())
                .filter((name) -> name.endsWith("Test.java"))
                .forEach((name) -> names.add(name.substring(0, name.length() - ".java".length())));
        }
    }
}
