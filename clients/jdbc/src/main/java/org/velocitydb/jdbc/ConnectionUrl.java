package org.velocitydb.jdbc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

import org.velocitydb.client.ClientOptions;

/**
 * A URL, taken apart:
 *
 * <pre>
 *     jdbc:velocity://host1:5432,host2:5432/kv?user=alice&amp;password=secret123&amp;tls=true
 *     url       = "jdbc:velocity://" host { "," host } [ "/" [ table ] ] [ "?" parameter { "&amp;" parameter } ]
 *     host      = ( name | IPv4 | "[" IPv6 "]" ) [ ":" port ]        the port is 5432 otherwise
 *     parameter = name "=" value                                      %41 stands for A, + for itself
 * </pre>
 *
 * Properties beside the URL win over its parameters. Messages never repeat a value: it may be a password, or hold one
 * that was meant to be a parameter of its own. Immutable.
 */
final class ConnectionUrl
{
    static final String PREFIX = "jdbc:velocity:";
    static final String DEFAULT_TABLE = "kv";

    private static final String DEFAULT_PORT = ":5432";
    /** Far more than hosts and paths need; a URL comes from a configuration and may be anything. */
    private static final int MAX_LENGTH = 64 * 1024;
    /** Each is tried in turn, with a timeout of its own. */
    private static final int MAX_HOST_COUNT = 64;
    private static final Pattern TABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final Pattern SHOWABLE_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final List<String> hosts;
    private final String table;
    private final Map<UrlParameter, String> values;
    private final List<String> ignoredProperties;

    private ConnectionUrl(
        final List<String> hosts,
        final String table,
        final Map<UrlParameter, String> values,
        final List<String> ignoredProperties)
    {
        this.hosts = List.copyOf(hosts);
        this.table = table;
        this.values = values;
        this.ignoredProperties = List.copyOf(ignoredProperties);
    }

    static boolean isOurs(final String url)
    {
        return url != null && url.startsWith(PREFIX);
    }

    /**
     * Takes a URL apart and checks all of it.
     *
     * @param url        that {@link #isOurs}.
     * @param properties that win over the URL's parameters; those that are not known are left out, since tools pass on
     *                   properties of their own.
     * @return what it says.
     * @throws SQLException if it is no URL of this driver.
     */
    static ConnectionUrl parse(final String url, final Properties properties) throws SQLException
    {
        if (url.length() > MAX_LENGTH)
        {
            throw refused("the URL is too long: length=" + url.length() + ", max=" + MAX_LENGTH);
        }
        if (!url.startsWith(PREFIX + "//"))
        {
            throw refused("the URL must begin with " + PREFIX + "//host:port");
        }
        final String rest = url.substring(PREFIX.length() + 2);
        final int question = rest.indexOf('?');
        final String place = question < 0 ? rest : rest.substring(0, question);
        final int slash = place.indexOf('/');
        final Map<UrlParameter, String> values = new EnumMap<>(UrlParameter.class);
        if (question >= 0)
        {
            parseParameters(rest.substring(question + 1), values);
        }
        final ConnectionUrl parsed = new ConnectionUrl(
            hosts(slash < 0 ? place : place.substring(0, slash)),
            slash < 0 ? DEFAULT_TABLE : table(place.substring(slash + 1)), values, overlay(properties, values));
        // Built once for nothing, so that what is wrong is said before anything is connected.
        parsed.options();
        return parsed;
    }

    private static List<String> hosts(final String authority) throws SQLException
    {
        if (authority.indexOf('@') >= 0)
        {
            throw refused("the URL takes no user before the host; give the parameters user and password");
        }
        final String[] parts = authority.split(",", -1);
        if (parts.length > MAX_HOST_COUNT)
        {
            throw refused("the URL has too many hosts: count=" + parts.length + ", max=" + MAX_HOST_COUNT);
        }
        final List<String> hosts = new ArrayList<>();
        for (final String part : parts)
        {
            final boolean hasPort = part.lastIndexOf(':') > part.lastIndexOf(']');
            hosts.add(hasPort ? part : part + DEFAULT_PORT);
        }
        return hosts;
    }

    private static String table(final String path) throws SQLException
    {
        final String table = path.isEmpty() ? DEFAULT_TABLE : decoded("the table", path);
        if (!TABLE.matcher(table).matches())
        {
            throw refused("the URL's path must be the name of a table, like /kv");
        }
        return table;
    }

    private static void parseParameters(final String query, final Map<UrlParameter, String> values) throws SQLException
    {
        for (final String part : query.split("&", -1))
        {
            final int equals = part.indexOf('=');
            final String name = decoded("the name of a parameter", equals < 0 ? part : part.substring(0, equals));
            final UrlParameter parameter = UrlParameter.of(name);
            if (parameter == null)
            {
                throw refused(
                    "unknown parameter in the URL: " + shown(name) + "; there are " + UrlParameter.names());
            }
            if (equals < 0)
            {
                throw refused("parameter without a value in the URL: " + name);
            }
            if (values.put(parameter, decoded(name, part.substring(equals + 1))) != null)
            {
                throw refused("parameter given twice in the URL: " + name);
            }
        }
    }

    private static List<String> overlay(final Properties properties, final Map<UrlParameter, String> values)
    {
        final List<String> ignored = new ArrayList<>();
        for (final String name : properties.stringPropertyNames())
        {
            final UrlParameter parameter = UrlParameter.of(name);
            if (parameter == null)
            {
                ignored.add(shown(name));
            }
            else
            {
                values.put(parameter, properties.getProperty(name));
            }
        }
        return ignored;
    }

    /** Names may be shown, unless they look as if something else had got into them. */
    private static String shown(final String name)
    {
        return SHOWABLE_NAME.matcher(name).matches() ? name : "(one that is no name)";
    }

    private static String decoded(final String what, final String text) throws SQLException
    {
        if (text.indexOf('%') < 0)
        {
            return text;
        }
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++)
        {
            if (text.charAt(i) != '%')
            {
                final int end = text.indexOf('%', i);
                bytes.writeBytes(text.substring(i, end < 0 ? text.length() : end).getBytes(StandardCharsets.UTF_8));
                i = (end < 0 ? text.length() : end) - 1;
                continue;
            }
            final int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            final int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0)
            {
                throw refused("a percent sign in the URL must be followed by two hexadecimal digits: " + what);
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try
        {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        }
        catch (final CharacterCodingException ex)
        {
            throw refused("what percent signs in the URL stand for must be UTF-8: " + what);
        }
    }

    /** The servers, in the order in which they are tried. */
    List<String> hosts()
    {
        return hosts;
    }

    String table()
    {
        return table;
    }

    /** Names of properties that this driver does not have. */
    List<String> ignoredProperties()
    {
        return ignoredProperties;
    }

    /** What was given, or the default, or null. */
    String value(final UrlParameter parameter)
    {
        final String value = values.get(parameter);
        return value == null ? parameter.defaultValue() : value;
    }

    boolean hasCertificate()
    {
        return value(UrlParameter.CLIENT_CERTIFICATE) != null;
    }

    Duration requestTimeout() throws SQLException
    {
        return Duration.ofMillis(number(UrlParameter.REQUEST_TIMEOUT));
    }

    /** Options for each of the servers. */
    List<ClientOptions> options() throws SQLException
    {
        final List<ClientOptions> options = new ArrayList<>(hosts.size());
        for (final String host : hosts)
        {
            options.add(options(host));
        }
        return options;
    }

    private ClientOptions options(final String host) throws SQLException
    {
        final ClientOptions options = ofHost(host)
            .connectTimeout(Duration.ofMillis(number(UrlParameter.CONNECT_TIMEOUT)))
            .requestTimeout(requestTimeout())
            .scanBufferLength(number(UrlParameter.RESULT_BUFFER))
            .clientName(value(UrlParameter.CLIENT_NAME));
        ifTrue(UrlParameter.TLS, options::tls);
        ifTrue(UrlParameter.ALLOW_PLAINTEXT_PASSWORD, options::allowPlaintextPasswords);
        ifTrue(UrlParameter.KNOWN_SERVERS_ONLY, options::trustKnownServersOnly);
        if (value(UrlParameter.KNOWN_SERVERS) != null)
        {
            options.knownServers(path(UrlParameter.KNOWN_SERVERS));
        }
        if (value(UrlParameter.CA) != null)
        {
            options.trustAuthorities(file(UrlParameter.CA));
        }
        pinFingerprint(options);
        applyCertificate(options);
        return options;
    }

    private static ClientOptions ofHost(final String host) throws SQLException
    {
        try
        {
            return ClientOptions.of(host);
        }
        catch (final IllegalArgumentException ex)
        {
            throw refused("the URL's hosts must be host:port, with commas between them, port 1 to 65535");
        }
    }

    private void pinFingerprint(final ClientOptions options) throws SQLException
    {
        final String fingerprint = value(UrlParameter.FINGERPRINT);
        if (fingerprint == null)
        {
            return;
        }
        try
        {
            options.trustFingerprint(fingerprint);
        }
        catch (final IllegalArgumentException ex)
        {
            throw refused("fingerprint must have 64 hexadecimal digits");
        }
    }

    private void applyCertificate(final ClientOptions options) throws SQLException
    {
        if (hasCertificate() != (value(UrlParameter.CLIENT_KEY) != null))
        {
            throw refused("clientCertificate and clientKey belong together");
        }
        if (hasCertificate())
        {
            options.certificate(file(UrlParameter.CLIENT_CERTIFICATE), file(UrlParameter.CLIENT_KEY));
        }
    }

    private void ifTrue(final UrlParameter parameter, final Runnable action) throws SQLException
    {
        final String value = value(parameter);
        if (!"true".equals(value) && !"false".equals(value))
        {
            throw refused(parameter.text() + " must be true or false");
        }
        if ("true".equals(value))
        {
            action.run();
        }
    }

    /** One that has to be there; else each host would be tried in vain. */
    private Path file(final UrlParameter parameter) throws SQLException
    {
        final Path file = path(parameter);
        if (!Files.isReadable(file))
        {
            throw refused(parameter.text() + " must be the path of a file that can be read");
        }
        return file;
    }

    private Path path(final UrlParameter parameter) throws SQLException
    {
        try
        {
            return Path.of(value(parameter));
        }
        catch (final InvalidPathException ex)
        {
            throw refused(parameter.text() + " must be the path of a file");
        }
    }

    private int number(final UrlParameter parameter) throws SQLException
    {
        try
        {
            final int number = Integer.parseInt(value(parameter));
            if (number > 0)
            {
                return number;
            }
        }
        catch (final NumberFormatException ignored)
        {
            // Said below, as for numbers out of range.
        }
        throw refused(parameter.text() + " must be a whole number, 1 to " + Integer.MAX_VALUE);
    }

    private static SQLException refused(final String words)
    {
        return new SQLNonTransientConnectionException(words, "08001");
    }

    /** Without parameters, as a password may be among them. */
    @Override
    public String toString()
    {
        return PREFIX + "//" + String.join(",", hosts) + "/" + table;
    }
}
