package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import org.velocitydb.server.users.UserFile;
import org.velocitydb.server.users.UserName;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Sets a user's password.
 */
@Command(name = "create-user", description = HelpText.CREATE_USER, footer = HelpText.CREATE_USER_FOOTER)
final class CreateUserCommand implements Callable<Integer>
{
    @Mixin
    private CommonOptions common;

    @Mixin
    private ConfigOption configOption;

    @Option(names = "--username", required = true, paramLabel = "USER", description = HelpText.USERNAME)
    private String userName;

    @Option(names = "--password", paramLabel = "PASSWORD", description = HelpText.PASSWORD)
    private String password;

    private final CommandContext context;

    CreateUserCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        try
        {
            UserName.check(userName);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new CommandException(ExitCode.USAGE, ex.getMessage());
        }
        final char[] chosen = password == null ? Passwords.askForNew(context) : password.toCharArray();
        final boolean isReplaced = new UserFile(configOption.file(context)).put(userName, Passwords.hash(chosen));
        context.out().println((isReplaced ? "new password for user " : "created user ") + userName + " in " +
            configOption.shownFile());
        return ExitCode.OK;
    }
}
