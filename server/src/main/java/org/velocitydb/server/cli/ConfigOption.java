package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.velocitydb.server.config.VelocityConfig;

import picocli.CommandLine.Option;

/**
 * Which configuration file.
 */
final class ConfigOption
{
    @Option(names = "--config", paramLabel = "FILE", description = HelpText.CONFIG)
    private Path config;

    Path file(final CommandContext context)
    {
        return context.workingDirectory().resolve(config == null ? Path.of(VelocityConfig.FILE_NAME) : config);
    }

    /** The name as its user knows it, for messages. */
    Path shownFile()
    {
        return config == null ? Path.of(VelocityConfig.FILE_NAME) : config;
    }

    /** A file that was named must be there; the one that is looked for by itself need not. */
    VelocityConfig load(final CommandContext context) throws IOException
    {
        final Path file = file(context);
        if (Files.exists(file))
        {
            return VelocityConfig.parse(shownFile().toString(), Files.readAllBytes(file));
        }
        if (config != null)
        {
            throw new CommandException(ExitCode.CONFIGURATION, "no such file: " + config);
        }
        return VelocityConfig.builder().build();
    }
}
