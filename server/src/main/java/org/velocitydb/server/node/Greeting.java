package org.velocitydb.server.node;

import java.security.cert.X509Certificate;

import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

import org.velocitydb.server.node.ClientState.Stage;
import org.velocitydb.server.users.AuthenticationOutcome;
import org.velocitydb.server.users.Principal;

/**
 * What a HELLO does for its connection. A peer that has shown a certificate in the TLS handshake is logged in as the
 * user that the certificate's common name names; every other one may log in with a password from now on.
 */
final class Greeting
{
    private final LoopServices loop;
    private final LoginDesk logins;

    Greeting(final LoopServices loop, final LoginDesk logins)
    {
        this.loop = loop;
        this.logins = logins;
    }

    /**
     * Takes a HELLO.
     *
     * @return null, or why the peer is refused.
     */
    String greet(final ClientState client)
    {
        if (client.stage() != Stage.CONNECTED)
        {
            return null;
        }
        final X509Certificate certificate = client.session().peerCertificate();
        if (certificate == null)
        {
            client.stage(Stage.GREETED);
            return null;
        }
        final Principal user = isValidNow(certificate) ? logins.user(commonName(certificate)) : null;
        loop.audit().connections().login(
            client.session().id(), commonName(certificate), AuthenticationOutcome.REFUSED.name(), user != null);
        if (!isValidNow(certificate))
        {
            return "client certificate has expired: subject=" + certificate.getSubjectX500Principal() +
                ", until=" + certificate.getNotAfter().toInstant();
        }
        if (user == null)
        {
            return "client certificate is not a user's: subject=" + certificate.getSubjectX500Principal();
        }
        client.loggedIn(user);
        client.userTokens(loop.context().rateLimits().ofUser(user.name()));
        client.session().frameLimit(loop.context().maxFrameLength());
        return null;
    }

    /** It was when it was shown; a session that was resumed since has not been shown it again. */
    private boolean isValidNow(final X509Certificate certificate)
    {
        final long nowMs = loop.context().store().epochClock().time();
        return nowMs <= certificate.getNotAfter().getTime();
    }

    private static String commonName(final X509Certificate certificate)
    {
        try
        {
            // The most specific one comes last.
            String commonName = "";
            for (final Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns())
            {
                final Attribute found = part.toAttributes().get("CN");
                if (found != null && found.get() instanceof final String text)
                {
                    commonName = text;
                }
            }
            return commonName;
        }
        catch (final NamingException ex)
        {
            return "";
        }
    }
}
