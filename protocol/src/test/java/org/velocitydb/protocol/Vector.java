package org.velocitydb.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One test vector: a frame in bytes and what it means. The files in <code>vectors/</code> are shared with the clients
 * in other languages; each begins with a comment that says how to read it.
 */
public final class Vector
{
    private final String name;
    private final Fields fields = new Fields();
    private final StringBuilder digits = new StringBuilder();

    private Vector(final String name)
    {
        this.name = name;
    }

    public Fields fields()
    {
        return fields;
    }

    public byte[] bytes()
    {
        return Fields.unhex(digits.toString());
    }

    @Override
    public String toString()
    {
        return name;
    }

    /** Reads all vectors of a file. */
    public static List<Vector> read(final String file)
    {
        final List<Vector> vectors = new ArrayList<>();
        for (final String line : text("/vectors/" + file).split("\n"))
        {
            if (line.isEmpty() || line.startsWith("#"))
            {
                continue;
            }
            final int space = line.indexOf(' ');
            final String key = line.substring(0, space);
            final String value = line.substring(space + 1);
            if ("vector".equals(key))
            {
                vectors.add(new Vector(value));
            }
            else if ("hex".equals(key))
            {
                vectors.get(vectors.size() - 1).digits.append(value.replace(" ", ""));
            }
            else
            {
                vectors.get(vectors.size() - 1).fields.put(key, value);
            }
        }
        return vectors;
    }

    private static String text(final String resource)
    {
        try (InputStream in = Vector.class.getResourceAsStream(resource))
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
