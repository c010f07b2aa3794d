package org.velocitydb.engine.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.velocitydb.engine.Store;

class EmbeddingExampleTest
{
    private static final Path EXAMPLE = Path.of("src/test/java/org/velocitydb/engine/example/EmbeddingExample.java");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void shouldDoWhatTheExampleSays()
    {
        EmbeddingExample.run(directory, out());

        assertEquals("user:1\nuser:2\n8\nalice true\n", printed());
        try (Store copy = Store.open(directory.resolve("checkpoints/monday")))
        {
            assertEquals("1", new String(copy.get(bytes("users")), StandardCharsets.UTF_8));
            assertNull(copy.get(copy.keyspace("orders"), bytes("2026-001")));
        }
    }

    @Test
    void shouldDoWhatTheExampleOfTheSingleWriterSays() throws Exception
    {
        EmbeddingExample.runOwned(directory, out());

        assertEquals("8 144\n", printed());
    }

    @Test
    void shouldShowTheSameExampleInTheReadme() throws IOException
    {
        final String readme = Files.readString(Path.of("../README.md"));
        final int heading = readme.indexOf("## The engine in a program");
        final int from = readme.indexOf("```java\n", heading) + "```java\n".length();
        final String shown = words(readme.substring(from, readme.indexOf("```", from)));

        assertTrue(words(Files.readString(EXAMPLE)).contains(shown.substring(0, shown.length() - 1).strip()),
            "the README differs from " + EXAMPLE + ": " + shown);
    }

    private PrintStream out()
    {
        return new PrintStream(printed, true, StandardCharsets.UTF_8);
    }

    private String printed()
    {
        return printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is left where neither layout nor {@code final} counts. */
    private static String words(final String source)
    {
        return source.replace("final ", "").replaceAll("\\s+", " ").strip();
    }
}
