package org.velocitydb.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What can be done with an audit log; see its subcommands.
 */
@Command(name = "audit", description = HelpText.AUDIT)
final class AuditCommand implements Runnable
{
    @Spec
    private CommandSpec spec;

    @Mixin
    private CommonOptions common;

    @Override
    public void run()
    {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
