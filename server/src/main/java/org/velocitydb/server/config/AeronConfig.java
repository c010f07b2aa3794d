package org.velocitydb.server.config;

import java.nio.file.Path;

import org.velocitydb.protocol.aeron.AeronDefaults;

/**
 * The section {@code [aeron]}: whether clients connect over Aeron, and how.
 *
 * @param isIpc            through shared memory.
 * @param bind             over UDP, or null where not.
 * @param isRemoteAllowed  whether that may be an address that others can reach.
 * @param isDriverEmbedded whether the media driver runs in this process.
 * @param directory        of the media driver.
 * @param streamId         of the requests.
 */
public record AeronConfig(
    boolean isIpc,
    BindAddress bind,
    boolean isRemoteAllowed,
    boolean isDriverEmbedded,
    Path directory,
    int streamId)
{
    static final String EMBEDDED = "embedded";
    static final String EXTERNAL = "external";

    /** Off, in the directory in which clients look for it. */
    static final AeronConfig OFF = new AeronConfig(
        false, null, false, true, AeronDefaults.directory(), AeronDefaults.STREAM_ID);

    /**
     * Whether there is a way in.
     *
     * @return true if clients may connect over Aeron.
     */
    public boolean isOn()
    {
        return isIpc || bind != null;
    }

    AeronConfig withIpc(final boolean value)
    {
        return new AeronConfig(value, bind, isRemoteAllowed, isDriverEmbedded, directory, streamId);
    }

    AeronConfig withBind(final BindAddress value)
    {
        return new AeronConfig(isIpc, value, isRemoteAllowed, isDriverEmbedded, directory, streamId);
    }

    AeronConfig withRemoteAllowed(final boolean value)
    {
        return new AeronConfig(isIpc, bind, value, isDriverEmbedded, directory, streamId);
    }

    AeronConfig withDriverEmbedded(final boolean value)
    {
        return new AeronConfig(isIpc, bind, isRemoteAllowed, value, directory, streamId);
    }

    AeronConfig withDirectory(final Path value)
    {
        return new AeronConfig(isIpc, bind, isRemoteAllowed, isDriverEmbedded, value, streamId);
    }

    AeronConfig withStreamId(final int value)
    {
        return new AeronConfig(isIpc, bind, isRemoteAllowed, isDriverEmbedded, directory, value);
    }

    /**
     * Says what is wrong with it.
     *
     * @param tls of the same file.
     * @return in words, or null where nothing is.
     */
    String contradiction(final TlsConfig tls)
    {
        if (bind != null && !isRemoteAllowed && !bind.isLoopback())
        {
            return "aeron.bind = \"" + bind + "\" can be reached by others, and nothing encrypts Aeron's UDP: bind " +
                "it to 127.0.0.1 or [::1], or write aeron.allow_remote = true";
        }
        if (bind != null && !bind.isLoopback() && tls.mode() == TlsConfig.Mode.REQUIRED)
        {
            return "aeron.bind = \"" + bind + "\" lets clients in without TLS, which tls.mode = \"required\" forbids";
        }
        if (isOn() && tls.clientAuth() == TlsConfig.ClientAuth.REQUIRED)
        {
            return "aeron lets clients in without a certificate, which tls.client_auth = \"required\" forbids";
        }
        return null;
    }

    AeronConfig with(final ConfigKey key, final ConfigValue value)
    {
        return switch (key)
        {
            case AERON_IPC -> withIpc(value.isTrue());
            case AERON_BIND -> withBind(value.addressOrOff());
            case AERON_ALLOW_REMOTE -> withRemoteAllowed(value.isTrue());
            case AERON_DRIVER -> withDriverEmbedded(value.mode(AeronConfig::isEmbedded));
            case AERON_DIRECTORY -> withDirectory(value.path());
            case AERON_STREAM -> withStreamId(value.count(1, Integer.MAX_VALUE));
            default -> throw new IllegalArgumentException("not a key of Aeron's: key=" + key);
        };
    }

    private static Boolean isEmbedded(final String driver)
    {
        return switch (driver)
        {
            case EMBEDDED -> true;
            case EXTERNAL -> false;
            default -> null;
        };
    }

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case AERON_IPC -> Boolean.toString(isIpc);
            case AERON_BIND -> ConfigValue.quoted(bind == null ? ConfigValue.OFF : bind);
            case AERON_ALLOW_REMOTE -> Boolean.toString(isRemoteAllowed);
            case AERON_DRIVER -> ConfigValue.quoted(isDriverEmbedded ? EMBEDDED : EXTERNAL);
            case AERON_DIRECTORY -> ConfigValue.quoted(directory);
            case AERON_STREAM -> Integer.toString(streamId);
            default -> throw new IllegalArgumentException("not a key of Aeron's: key=" + key);
        };
    }
}
