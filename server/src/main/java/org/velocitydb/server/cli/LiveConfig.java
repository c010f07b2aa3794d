package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.velocitydb.server.config.ConfigKey;
import org.velocitydb.server.config.ConfigOrigin;
import org.velocitydb.server.config.ServerLimits;
import org.velocitydb.server.config.VelocityConfig;
import org.velocitydb.server.node.ConfigView;
import org.velocitydb.server.node.NodeSettings;
import org.velocitydb.server.tls.TlsFileException;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlProblem;
import org.velocitydb.server.users.LoginLimits;

/**
 * A running server's configuration: what is in force, and what becomes of it when the file is read again. One thread
 * reloads; any thread reads.
 */
final class LiveConfig implements ConfigView
{
    private static final System.Logger LOGGER = System.getLogger(LiveConfig.class.getName());

    private final ConfigLoader loader;
    private final LiveTls tls;
    private volatile VelocityConfig inForce;

    LiveConfig(final VelocityConfig config, final ConfigLoader loader, final LiveTls tls)
    {
        inForce = config;
        this.loader = loader;
        this.tls = tls;
    }

    VelocityConfig inForce()
    {
        return inForce;
    }

    /**
     * Reads the file again, and the certificates that it names, and says in the log what has changed, and what cannot
     * change without a restart. A file that is refused changes nothing.
     *
     * @param application puts in force what it gets. It is done before the log says so, on which others wait.
     */
    void reload(final Consumer<VelocityConfig> application)
    {
        final VelocityConfig found;
        try
        {
            found = loader.load();
        }
        catch (final TomlException ex)
        {
            for (final TomlProblem problem : ex.problems())
            {
                LOGGER.log(System.Logger.Level.ERROR, "configuration refused, nothing is changed: " + problem);
            }
            return;
        }
        catch (final IOException | CommandException ex)
        {
            LOGGER.log(System.Logger.Level.ERROR, "configuration cannot be read, nothing is changed: " + ex);
            return;
        }
        try
        {
            tls.load(inForce.withChangeableOf(found).tls());
        }
        catch (final TlsFileException ex)
        {
            LOGGER.log(System.Logger.Level.ERROR, "configuration refused, nothing is changed: " + ex.getMessage());
            return;
        }
        take(found, application);
    }

    private void take(final VelocityConfig found, final Consumer<VelocityConfig> application)
    {
        final VelocityConfig before = inForce;
        boolean isChanged = false;
        for (final ConfigKey key : ConfigKey.values())
        {
            final String change = key.key() + ": " + before.text(key) + " -> " + found.text(key);
            if (before.text(key).equals(found.text(key)))
            {
                continue;
            }
            if (key.isChangeable())
            {
                LOGGER.log(System.Logger.Level.INFO, "configuration changed: " + change);
                isChanged = true;
            }
            else
            {
                LOGGER.log(System.Logger.Level.WARNING, "not changed, needs a restart: " + change);
            }
        }
        inForce = before.withChangeableOf(found);
        application.accept(inForce);
        LOGGER.log(
            System.Logger.Level.INFO, isChanged ? "configuration reloaded" : "configuration reloaded, nothing changed");
    }

    static NodeSettings nodeSettings(final VelocityConfig config)
    {
        final ServerLimits limits = config.server().limits();
        return new NodeSettings(
            limits.maxConnections(), limits.rateLimitPerSecond(),
            TimeUnit.SECONDS.toNanos(limits.connectionTimeoutSeconds()), config.operator().slowLogThresholdNs(),
            Limits.of(limits), loginLimits(config), config.server().allowPlaintextPasswords());
    }

    static LoginLimits loginLimits(final VelocityConfig config)
    {
        final ServerLimits limits = config.server().limits();
        return new LoginLimits(limits.maxAuthFailures(), TimeUnit.SECONDS.toNanos(limits.authBanSeconds()));
    }

    @Override
    public List<Setting> settings()
    {
        final VelocityConfig config = inForce;
        final List<Setting> settings = new ArrayList<>();
        for (final ConfigKey key : ConfigKey.values())
        {
            final ConfigOrigin origin = config.origin(key);
            settings
                .add(new Setting(key.key(), config.text(key), origin.text(), key.isChangeable() ? "yes" : "restart"));
        }
        return settings;
    }
}
