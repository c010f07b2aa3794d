package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import org.velocitydb.server.identity.HostKey;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Prints by what clients know the server again.
 */
@Command(name = "fingerprint", description = HelpText.FINGERPRINT)
final class FingerprintCommand implements Callable<Integer>
{
    @Mixin
    private CommonOptions common;

    @Mixin
    private StoreOption store;

    private final CommandContext context;

    FingerprintCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        context.out().println(HostKey.load(store.location(context)).fingerprint());
        return ExitCode.OK;
    }
}
