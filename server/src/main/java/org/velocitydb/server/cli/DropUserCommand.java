package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import org.velocitydb.server.users.UserFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Drops a user.
 */
@Command(name = "drop-user", description = HelpText.DROP_USER, footer = HelpText.DROP_USER_FOOTER)
final class DropUserCommand implements Callable<Integer>
{
    @Mixin
    private CommonOptions common;

    @Mixin
    private ConfigOption configOption;

    @Option(names = "--username", required = true, paramLabel = "USER", description = HelpText.USERNAME)
    private String userName;

    private final CommandContext context;

    DropUserCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        Users.checkName(userName);
        if (!new UserFile(configOption.file(context)).remove(userName))
        {
            throw Users.noSuchUser(userName);
        }
        context.out().println("dropped user " + userName + " from " + configOption.shownFile());
        return ExitCode.OK;
    }
}
