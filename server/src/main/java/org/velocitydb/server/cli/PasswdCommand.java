package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import org.velocitydb.server.users.UserFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Gives a user that is there another password.
 */
@Command(name = "passwd", description = HelpText.PASSWD, footer = HelpText.PASSWD_FOOTER)
final class PasswdCommand implements Callable<Integer>
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

    PasswdCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        Users.checkName(userName);
        final UserFile file = new UserFile(configOption.file(context));
        if (!file.contains(userName))
        {
            throw Users.noSuchUser(userName);
        }
        if (!file.replace(userName, Passwords.hash(Users.newPassword(context, password))))
        {
            // Dropped in the meantime.
            throw Users.noSuchUser(userName);
        }
        context.out().println("new password for user " + userName + " in " + configOption.shownFile());
        return ExitCode.OK;
    }
}
