package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Scope;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Lists the users and what each may do.
 */
@Command(name = "list-users", description = HelpText.LIST_USERS)
final class ListUsersCommand implements Callable<Integer>
{
    private static final List<String> COLUMNS = List.of("name", "role", "scopes", "login");

    @Mixin
    private CommonOptions common;

    @Mixin
    private ConfigOption configOption;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "table", description = HelpText.FORMAT)
    private OutputFormat format;

    private final CommandContext context;

    ListUsersCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        final List<List<Object>> rows = new ArrayList<>();
        for (final Principal user : configOption.load(context).users().all())
        {
            final String scopes = user.isScoped()
                ? user.scopes().stream().map(Scope::toString).collect(Collectors.joining(" "))
                : Users.ALL_KEYS;
            rows.add(List.of(user.name(), user.role().text(), scopes, state(user)));
        }
        final PrintSink output = new PrintSink(context.out());
        format.printer().print(SqlResult.of(COLUMNS, rows, rows.size()), output);
        output.flush();
        return ExitCode.OK;
    }

    private static String state(final Principal user)
    {
        if (user.canLogIn())
        {
            return "enabled";
        }
        return user.isDisabled() ? "disabled" : "no password";
    }
}
