package org.velocitydb.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import picocli.CommandLine.Option;

/**
 * Which server, and who logs in.
 */
final class ServerOptions
{
    private static final String PASSWORD_VARIABLE = "VELOCITY_PASSWORD";
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-fA-F]{64}");

    @Option(names = "--user", paramLabel = "USER", defaultValue = "admin", description = HelpText.USER)
    private String userName;

    @Option(names = "--password-file", paramLabel = "FILE", description = HelpText.PASSWORD_FILE)
    private Path passwordFile;

    @Option(names = "--allow-plaintext-password", description = HelpText.ALLOW_PLAINTEXT_PASSWORD)
    private boolean isPlaintextAllowed;

    @Option(names = "--tls", description = HelpText.TLS)
    private boolean isTls;

    @Option(names = "--fingerprint", paramLabel = "DIGITS", description = HelpText.TRUST_FINGERPRINT)
    private String fingerprint;

    @Option(names = "--ca", paramLabel = "FILE", description = HelpText.CA)
    private Path authorities;

    @Option(names = "--client-certificate", paramLabel = "FILE", description = HelpText.CLIENT_CERTIFICATE)
    private Path certificate;

    @Option(names = "--client-key", paramLabel = "FILE", description = HelpText.CLIENT_KEY)
    private Path privateKey;

    /** The caller wipes it. */
    ServerLogin login(final CommandContext context, final ServerAddress server) throws IOException
    {
        final ServerTrust trust = trust(context);
        if (server.isAeron() && trust.needsTls())
        {
            throw new CommandException(ExitCode.USAGE,
                "--tls, --ca, --client-certificate and --client-key are for TCP: nothing encrypts Aeron");
        }
        final char[] password = trust.hasCertificate() ? new char[0] : password(context, server);
        return new ServerLogin(server, userName, password, isPlaintextAllowed, trust);
    }

    private ServerTrust trust(final CommandContext context)
    {
        if ((certificate == null) != (privateKey == null))
        {
            throw new CommandException(ExitCode.USAGE, "--client-certificate and --client-key belong together");
        }
        if (fingerprint != null && !FINGERPRINT.matcher(fingerprint).matches())
        {
            throw new CommandException(ExitCode.USAGE,
                "--fingerprint takes 64 hexadecimal digits: value=" + fingerprint);
        }
        return new ServerTrust(
            isTls, fingerprint, resolved(context, authorities), resolved(context, certificate),
            resolved(context, privateKey));
    }

    private static Path resolved(final CommandContext context, final Path path)
    {
        return path == null ? null : context.workingDirectory().resolve(path);
    }

    private char[] password(final CommandContext context, final ServerAddress server) throws IOException
    {
        if (passwordFile != null)
        {
            try (InputStream in = Files.newInputStream(context.workingDirectory().resolve(passwordFile)))
            {
                return Passwords.firstLine(in);
            }
        }
        // No password is empty, so an empty variable is none.
        final String variable = context.environment().getOrDefault(PASSWORD_VARIABLE, "");
        if (!variable.isEmpty())
        {
            return variable.toCharArray();
        }
        if (context.terminal().isInteractive())
        {
            return Passwords.ask(context, "Password of " + userName + " at " + server + ": ");
        }
        throw new CommandException(ExitCode.USAGE,
            "no password: give --password-file or set " + PASSWORD_VARIABLE);
    }
}
