package org.velocitydb.server.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

import org.velocitydb.server.config.TlsConfig;
import org.velocitydb.server.identity.HostKey;
import org.velocitydb.server.tls.TlsSetup;

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
        final HostKey hostKey = HostKey.load(store.location(context));
        final TlsConfig tls = store.config(context).tls().resolvedIn(context.workingDirectory());
        if (!tls.isOn() || !tls.hasOwnCertificate())
        {
            context.out().println(hostKey.fingerprint());
            return ExitCode.OK;
        }
        final String overTls = TlsSetup.certificate(tls, hostKey).fingerprint();
        if (tls.mode() == TlsConfig.Mode.REQUIRED)
        {
            context.out().println(overTls);
        }
        else
        {
            context.out().println(overTls + " with TLS");
            context.out().println(hostKey.fingerprint() + " without TLS");
        }
        return ExitCode.OK;
    }
}
