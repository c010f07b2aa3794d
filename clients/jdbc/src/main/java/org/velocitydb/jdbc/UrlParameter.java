package org.velocitydb.jdbc;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a URL, or the properties beside it, may say. The names are frozen.
 */
enum UrlParameter
{
    /** Who logs in. */
    USER("user", null, "who logs in"),
    /** The user's password. */
    PASSWORD("password", null, "of the user"),
    /** Whether TLS is spoken. */
    TLS("tls", "false", "whether TLS is spoken: true or false"),
    /** The one server key that is accepted. */
    FINGERPRINT("fingerprint", null, "that the server must have: 64 hexadecimal digits"),
    /** Authorities whose servers are accepted; switches TLS on. */
    CA("ca", null, "file of authorities that vouch for the server, PEM; switches TLS on"),
    /** Logs in in the place of a password; switches TLS on. */
    CLIENT_CERTIFICATE("clientCertificate", null, "file of a certificate that logs in instead of a password, PEM"),
    /** Of the client's certificate. */
    CLIENT_KEY("clientKey", null, "file of the certificate's private key, PEM"),
    /** Where fingerprints are remembered. */
    KNOWN_SERVERS("knownServers", null, "file of known fingerprints; ~/.velocity/known_servers otherwise"),
    /** Whether servers that are met for the first time are refused. */
    KNOWN_SERVERS_ONLY("knownServersOnly", "false", "whether unknown servers are refused: true or false"),
    /** Whether a password may go to another machine without TLS. */
    ALLOW_PLAINTEXT_PASSWORD("allowPlaintextPassword", "false", "whether others may read the password on its way"),
    /** For connecting to one host, handshake included. */
    CONNECT_TIMEOUT("connectTimeoutMs", "5000", "milliseconds for connecting to one host"),
    /** For a statement, or a page of its result. */
    REQUEST_TIMEOUT("requestTimeoutMs", "10000",
        "milliseconds in which a statement, or the next page of it, is answered"),
    /** Bytes of a result that wait for whoever reads it. */
    RESULT_BUFFER("resultBufferBytes", "67108864", "bytes of a result that may wait for whoever reads it"),
    /** For the server's logs. */
    CLIENT_NAME("clientName", "velocitydb-jdbc", "what the client is called in the server's logs");

    private final String text;
    private final String defaultValue;
    private final String description;

    UrlParameter(final String text, final String defaultValue, final String description)
    {
        this.text = text;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** The parameter of a name, or null. */
    static UrlParameter of(final String text)
    {
        for (final UrlParameter parameter : values())
        {
            if (parameter.text.equals(text))
            {
                return parameter;
            }
        }
        return null;
    }

    static String names()
    {
        return Arrays.stream(values()).map(UrlParameter::text).collect(Collectors.joining(", "));
    }

    String text()
    {
        return text;
    }

    String defaultValue()
    {
        return defaultValue;
    }

    String description()
    {
        return description;
    }

    boolean isSwitch()
    {
        return this == TLS || this == KNOWN_SERVERS_ONLY || this == ALLOW_PLAINTEXT_PASSWORD;
    }
}
