package org.velocitydb.protocol;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/**
 * Holds the page that clients are written from to what the code does.
 */
class DocumentTest
{
    private static final String HEX_LINE = "    ([0-9a-f]{8} )*[0-9a-f]{2,8}";

    private final List<String> lines = lines();

    @Test
    void shouldShowExamplesThatAreVectors()
    {
        final String vectors = Stream.of("v1.txt", "v2.txt")
            .flatMap(file -> Vector.read(file).stream())
            .map(vector -> Fields.hex(vector.bytes()))
            .collect(Collectors.joining("\n"));
        final List<String> examples = lines.stream().filter(line -> line.matches(HEX_LINE)).toList();

        assertFalse(examples.isEmpty());
        for (final String example : examples)
        {
            assertTrue(vectors.contains(example.replace(" ", "")), example);
        }
    }

    @Test
    void shouldNameEachErrorCode()
    {
        for (final ErrorCode code : ErrorCode.values())
        {
            final String row = "| " + code.code() + " | " + code + " | ";
            assertTrue(lines.stream().anyMatch(line -> line.startsWith(row)), row);
        }
    }

    private static List<String> lines()
    {
        try
        {
            return Files.readAllLines(Path.of("..", "docs", "VELOCITY_PROTOCOL.md"));
        }
        catch (final IOException ex)
        {
            throw new IllegalStateException(ex);
        }
    }
}
