package org.velocitydb.server.node;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says whether a text is one JSON value: it replaces innermost values by a number until a single one is left.
 */
final class JsonChecker
{
    private static final String STRING = "\"(?:[^\"\\\\\\p{Cntrl}]|\\\\(?:[\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*\"";
    private static final String SCALAR = "(?:-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|" +
        STRING + ")";
    private static final String MEMBER = STRING + "\\s*:\\s*" + SCALAR;
    private static final Pattern INNERMOST = Pattern.compile(
        "\\{\\s*(?:" + MEMBER + "(?:\\s*,\\s*" + MEMBER + ")*+)?\\s*\\}|\\[\\s*(?:" + SCALAR + "(?:\\s*,\\s*" + SCALAR +
            ")*+)?\\s*\\]");

    private JsonChecker()
    {
    }

    static void check(final String json)
    {
        String rest = json;
        for (Matcher inner = INNERMOST.matcher(rest); inner.find(); inner = INNERMOST.matcher(rest))
        {
            rest = inner.replaceAll("0");
        }
        if (!rest.strip().matches(SCALAR))
        {
            throw new AssertionError("not JSON: rest=" + rest + ", text=" + json);
        }
    }
}
