package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.function.Function;

import org.velocitydb.server.users.UserName;

/**
 * What the commands about users share.
 */
final class Users
{
    /** The scope of whoever is not confined. */
    static final String ALL_KEYS = "*";

    private Users()
    {
    }

    static void checkName(final String name)
    {
        parse(name, UserName::check);
    }

    static <T> T parse(final String text, final Function<String, T> parser)
    {
        try
        {
            return parser.apply(text);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new CommandException(ExitCode.USAGE, ex.getMessage());
        }
    }

    static char[] newPassword(final CommandContext context, final String given) throws IOException
    {
        return given == null ? Passwords.askForNew(context) : given.toCharArray();
    }

    static CommandException noSuchUser(final String name)
    {
        return new CommandException(ExitCode.FAILURE, "no such user: " + name);
    }
}
