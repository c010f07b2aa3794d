package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.Scope;
import org.velocitydb.server.users.UserFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Adds a user, or gives one another password or other rights.
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

    @Option(names = "--role", paramLabel = "ROLE", description = HelpText.ROLE)
    private String role;

    @Option(names = "--scope", paramLabel = "TABLE:PREFIX", description = HelpText.SCOPE)
    private List<String> scopes;

    private final CommandContext context;

    CreateUserCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        Users.checkName(userName);
        final Role chosenRole = role == null ? null : Users.parse(role, Role::of);
        final List<Scope> chosenScopes = scopes == null ? null : chosenScopes();
        final UserFile file = new UserFile(configOption.file(context));
        // Rights alone leave the password, and the sessions of the user, as they are.
        final boolean hasRightsAlone = password == null && (role != null || scopes != null) && file.contains(userName);
        final Argon2Phc phc = hasRightsAlone ? null : Passwords.hash(Users.newPassword(context, password));
        final boolean isReplaced = put(file, phc, chosenRole, chosenScopes);
        final String done = hasRightsAlone ? "new rights for user " : "new password for user ";
        context.out().println((isReplaced ? done : "created user ") + userName + " in " + configOption.shownFile());
        return ExitCode.OK;
    }

    private boolean put(final UserFile file, final Argon2Phc phc, final Role chosenRole, final List<Scope> chosenScopes)
        throws IOException
    {
        try
        {
            return file.put(userName, phc, chosenRole, chosenScopes);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new CommandException(ExitCode.USAGE, ex.getMessage());
        }
    }

    private List<Scope> chosenScopes()
    {
        if (scopes.equals(List.of(Users.ALL_KEYS)))
        {
            return List.of();
        }
        return scopes.stream().map((scope) -> Users.parse(scope, Scope::parse)).toList();
    }
}
