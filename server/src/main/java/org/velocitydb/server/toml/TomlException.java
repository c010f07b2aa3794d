package org.velocitydb.server.toml;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A file is refused, for all the reasons that were found in it. The message has one line for each of them, in the order
 * of the file.
 */
public final class TomlException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final transient List<TomlProblem> problems;

    /**
     * Refuses a file.
     *
     * @param problems at least one.
     */
    public TomlException(final List<TomlProblem> problems)
    {
        super(problems.stream().map(TomlProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /**
     * What was found.
     *
     * @return in the order of the file.
     */
    public List<TomlProblem> problems()
    {
        return problems;
    }
}
