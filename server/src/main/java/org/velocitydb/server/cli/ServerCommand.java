package org.velocitydb.server.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;

import org.velocitydb.server.cli.NodeLauncher.RunningNode;
import org.jline.utils.Signals;
import org.velocitydb.server.config.BindAddress;
import org.velocitydb.server.config.ConfigKey;
import org.velocitydb.server.config.ConfigOrigin;
import org.velocitydb.server.config.ServerConfig;
import org.velocitydb.server.config.TlsConfig;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.tls.TlsSetup;
import org.velocitydb.server.users.Argon2Phc;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.Role;
import org.velocitydb.server.users.UserFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs a server until it is told to stop.
 */
@Command(name = "server", description = HelpText.SERVER, footer = HelpText.SERVER_FOOTER)
final class ServerCommand implements Callable<Integer>, StoreCommand
{
    private static final String FIRST_USER = "admin";

    @Mixin
    private CommonOptions common;

    @Mixin
    private ConfigOption configOption;

    @Option(names = "--bind", paramLabel = "HOST:PORT", description = HelpText.BIND)
    private BindAddress bind;

    @Option(names = "--data-dir", paramLabel = "DIR", description = HelpText.DATA_DIR)
    private Path dataDir;

    private final CommandContext context;
    /** Where the data is, once the configuration has been read. */
    private Path found;

    ServerCommand(final CommandContext context)
    {
        this.context = context;
    }

    @Override
    public Path storeDirectory()
    {
        return found;
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final VelocityConfig config = withFirstUser(withOptions(configOption.load(context)));
        config.warnings().forEach((warning) -> context.err().println("velocity: warning: " + warning));
        if (common.isVerbose())
        {
            context.err().println(config);
        }
        found = config.server().dataDir();
        final HostKey hostKey = HostKey.loadOrCreate(found);
        try (RunningNode node = context.nodeLauncher().launch(
            config, hostKey, configOption.file(context), () -> withOptions(configOption.load(context))))
        {
            return run(node, hostKey, config.tls());
        }
    }

    private VelocityConfig withOptions(final VelocityConfig config)
    {
        final Path chosen = dataDir == null ? config.server().dataDir() : dataDir;
        final ServerConfig server = config.server().withDataDir(context.workingDirectory().resolve(chosen));
        final VelocityConfig.Builder builder = config.toBuilder()
            .server(bind == null ? server : server.withBind(bind))
            .tls(config.tls().resolvedIn(context.workingDirectory()));
        if (dataDir != null)
        {
            builder.origin(ConfigKey.DATA_DIR, ConfigOrigin.COMMAND_LINE);
        }
        if (bind != null)
        {
            builder.origin(ConfigKey.BIND, ConfigOrigin.COMMAND_LINE);
        }
        return builder.build();
    }

    private VelocityConfig withFirstUser(final VelocityConfig config) throws IOException
    {
        if (!config.users().isEmpty())
        {
            return config;
        }
        final String password = Passwords.random(new SecureRandom());
        final Argon2Phc phc = Passwords.hash(password.toCharArray());
        new UserFile(configOption.file(context)).put(FIRST_USER, phc);
        context.err().println("velocity: created user " + FIRST_USER + " in " + configOption.shownFile() +
            ", password " + password + " (shown this once)");
        final Principal first = Principal.of(FIRST_USER, Role.ADMIN, List.of(), phc, false);
        return config.toBuilder().users(config.users().with(first)).build();
    }

    private int run(final RunningNode node, final HostKey hostKey, final TlsConfig tls) throws InterruptedException
    {
        final Thread stopper = new Thread(node::close, "velocity-stop");
        Runtime.getRuntime().addShutdownHook(stopper);
        // Where there is no such signal nothing happens.
        Signals.register("HUP", node::reload);
        context.out().println("velocity: listening on " + shown(node.localAddress()) +
            ", fingerprint " + hostKey.fingerprint());
        if (tls.isOn())
        {
            context.out().println("velocity: TLS " + tls.mode().text() + ", fingerprint " +
                TlsSetup.certificate(tls, hostKey).fingerprint());
        }
        context.out().flush();
        final Throwable failure = node.awaitFailure();
        removeHook(stopper);
        if (failure != null)
        {
            Failures.tell(failure, found, common.isVerbose(), context.err());
            return Failures.exitCode(failure);
        }
        return ExitCode.OK;
    }

    private static void removeHook(final Thread stopper)
    {
        try
        {
            Runtime.getRuntime().removeShutdownHook(stopper);
        }
        catch (final IllegalStateException ex)
        {
            // The process is being stopped, by a signal: the hook runs already and does what it is for.
            return;
        }
    }

    private static String shown(final InetSocketAddress address)
    {
        return new BindAddress(address.getAddress().getHostAddress(), address.getPort()).toString();
    }
}
