package org.velocitydb.server.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The section {@code [tls]}. Paths are as they were written, relative to the working directory.
 *
 * @param mode        whether TLS is spoken.
 * @param certificate the server's own certificate and its chain in PEM, or null for the self-made one.
 * @param key         the certificate's private key in PEM, or null like it.
 * @param clientCa    the authorities whose client certificates are good, in PEM, or null where none is asked for.
 * @param clientAuth  whether clients are asked for certificates.
 */
public record TlsConfig(Mode mode, Path certificate, Path key, Path clientCa, ClientAuth clientAuth)
{
    /** No TLS. */
    public static final TlsConfig OFF = new TlsConfig(Mode.OFF, null, null, null, ClientAuth.NONE);

    /** Whether TLS is spoken. */
    public enum Mode
    {
        /** It is not. */
        OFF,
        /** Each connection begins with TLS or without, as its client likes. */
        OPTIONAL,
        /** Connections without it are refused. */
        REQUIRED;

        static final String ALLOWED = allowed(values());

        /**
         * As a file has it.
         *
         * @return lower case.
         */
        public String text()
        {
            return lowerCase(this);
        }

        static Mode of(final String text)
        {
            return find(values(), text);
        }
    }

    /** Whether clients are asked for certificates. */
    public enum ClientAuth
    {
        /** They are not. */
        NONE,
        /** They may log in with one, or with a password. */
        OPTIONAL,
        /** They have to have one. */
        REQUIRED;

        static final String ALLOWED = allowed(values());

        /**
         * As a file has it.
         *
         * @return lower case.
         */
        public String text()
        {
            return lowerCase(this);
        }

        static ClientAuth of(final String text)
        {
            return find(values(), text);
        }
    }

    /**
     * Checks that nothing is missing.
     *
     * @param mode        see above.
     * @param certificate see above.
     * @param key         see above.
     * @param clientCa    see above.
     * @param clientAuth  see above.
     */
    public TlsConfig
    {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(clientAuth, "clientAuth");
    }

    /**
     * Whether TLS is spoken at all.
     *
     * @return true unless it is off.
     */
    public boolean isOn()
    {
        return mode != Mode.OFF;
    }

    /**
     * Whether the server has a certificate that somebody gave it.
     *
     * @return false for the self-made one.
     */
    public boolean hasOwnCertificate()
    {
        return certificate != null;
    }

    /**
     * With another mode.
     *
     * @param value to be set.
     * @return a new section.
     */
    public TlsConfig withMode(final Mode value)
    {
        return new TlsConfig(value, certificate, key, clientCa, clientAuth);
    }

    /**
     * With a certificate.
     *
     * @param value to be set.
     * @return a new section.
     */
    public TlsConfig withCertificate(final Path value)
    {
        return new TlsConfig(mode, value, key, clientCa, clientAuth);
    }

    /**
     * With a private key.
     *
     * @param value to be set.
     * @return a new section.
     */
    public TlsConfig withKey(final Path value)
    {
        return new TlsConfig(mode, certificate, value, clientCa, clientAuth);
    }

    /**
     * With authorities for client certificates.
     *
     * @param value to be set.
     * @return a new section.
     */
    public TlsConfig withClientCa(final Path value)
    {
        return new TlsConfig(mode, certificate, key, value, clientAuth);
    }

    /**
     * With a rule for client certificates.
     *
     * @param value to be set.
     * @return a new section.
     */
    public TlsConfig withClientAuth(final ClientAuth value)
    {
        return new TlsConfig(mode, certificate, key, clientCa, value);
    }

    /**
     * With its paths resolved.
     *
     * @param directory that they are relative to.
     * @return a new section.
     */
    public TlsConfig resolvedIn(final Path directory)
    {
        return new TlsConfig(
            mode, resolved(directory, certificate), resolved(directory, key), resolved(directory, clientCa),
            clientAuth);
    }

    private static Path resolved(final Path directory, final Path path)
    {
        return path == null ? null : directory.resolve(path);
    }

    /** What does not fit together, in words, or null. */
    String contradiction()
    {
        if ((certificate == null) != (key == null))
        {
            return "tls.certificate and tls.key belong together: one of them is missing";
        }
        if (clientAuth != ClientAuth.NONE && clientCa == null)
        {
            return "tls.client_auth = \"" + clientAuth.text() + "\" needs tls.client_ca";
        }
        return null;
    }

    TlsConfig with(final ConfigKey key, final ConfigValue value)
    {
        return switch (key)
        {
            case TLS_MODE -> withMode(value.mode(Mode::of));
            case TLS_CERTIFICATE -> withCertificate(value.path());
            case TLS_KEY -> withKey(value.path());
            case TLS_CLIENT_CA -> withClientCa(value.path());
            case TLS_CLIENT_AUTH -> withClientAuth(value.mode(ClientAuth::of));
            default -> throw new IllegalArgumentException("not a key of [tls]: key=" + key);
        };
    }

    String text(final ConfigKey key)
    {
        return switch (key)
        {
            case TLS_MODE -> ConfigValue.quoted(mode.text());
            case TLS_CERTIFICATE -> text(key, certificate);
            case TLS_KEY -> text(key, this.key);
            case TLS_CLIENT_CA -> text(key, clientCa);
            case TLS_CLIENT_AUTH -> ConfigValue.quoted(clientAuth.text());
            default -> throw new IllegalArgumentException("not a key of [tls]: key=" + key);
        };
    }

    private static String text(final ConfigKey key, final Path file)
    {
        return file == null ? key.defaultText() : ConfigValue.quoted(file);
    }

    private static String lowerCase(final Enum<?> value)
    {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String allowed(final Enum<?>[] values)
    {
        return Arrays.stream(values).map(value -> '"' + lowerCase(value) + '"').collect(Collectors.joining(", "));
    }

    private static <E extends Enum<E>> E find(final E[] values, final String text)
    {
        return Arrays.stream(values).filter(value -> lowerCase(value).equals(text)).findFirst().orElse(null);
    }
}
