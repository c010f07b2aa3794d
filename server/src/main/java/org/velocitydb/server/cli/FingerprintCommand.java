package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import org.velocitydb.server.identity.HostKey;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Prints by what clients know the server again.
 */
@Command(name = "fingerprint", description = HelpText.FINGERPRINT)
final class FingerprintCommand implements Callable<Integer>
{
    @Mixin
    private CommonOptions common;

    @Mixin
    private ConfigOption configOption;

    @Option(names = "--data-dir", paramLabel = "DIR", description = HelpText.DATA_DIR)
    private Path dataDir;

    private final CommandContext context;

    FingerprintCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException
    {
        final Path chosen = dataDir == null ? configOption.load(context).dataDir() : dataDir;
        context.out().println(HostKey.load(context.workingDirectory().resolve(chosen)).fingerprint());
        return ExitCode.OK;
    }
}
