package org.velocitydb.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUrlTest
{
    @Test
    void shouldTakeApartHostsTableAndParameters() throws SQLException
    {
        final ConnectionUrl url = parse(
            "jdbc:velocity://db1:7000,db2,[::1]:7001,[::2]/orders?user=al%C3%AFce&password=a%26b%3Dc+d&tls=true");

        assertEquals(List.of("db1:7000", "db2:5432", "[::1]:7001", "[::2]:5432"), url.hosts());
        assertEquals("orders", url.table());
        assertEquals("alïce", url.value(UrlParameter.USER));
        assertEquals("a&b=c+d", url.value(UrlParameter.PASSWORD));
        assertEquals("true", url.value(UrlParameter.TLS));
        assertEquals("10000", url.value(UrlParameter.REQUEST_TIMEOUT));
        assertNull(url.value(UrlParameter.FINGERPRINT));
        assertEquals(4, url.options().size());
    }

    @Test
    void shouldTakeTheTableKvWhereNoneIsNamed() throws SQLException
    {
        assertEquals("kv", parse("jdbc:velocity://db1").table());
        assertEquals("kv", parse("jdbc:velocity://db1/").table());
        assertEquals("kv", parse("jdbc:velocity://db1?user=alice").table());
    }

    @Test
    void shouldLetPropertiesWinAndLeaveOutThoseOfOthers() throws SQLException
    {
        final Properties properties = new Properties();
        properties.setProperty("user", "bob");
        properties.setProperty("dbtable", "x");
        final ConnectionUrl url = ConnectionUrl.parse("jdbc:velocity://db1/kv?user=alice&password=p", properties);

        assertEquals("bob", url.value(UrlParameter.USER));
        assertEquals("p", url.value(UrlParameter.PASSWORD));
        assertEquals(List.of("dbtable"), url.ignoredProperties());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "jdbc:velocity:",
        "jdbc:velocity:db1",
        "jdbc:velocity://",
        "jdbc:velocity:///kv",
        "jdbc:velocity://db1:0/kv",
        "jdbc:velocity://db1:65536/kv",
        "jdbc:velocity://db1:five/kv",
        "jdbc:velocity://db1,,db2/kv",
        "jdbc:velocity://::1/kv",
        "jdbc:velocity://alice:hush@db1/kv",
        "jdbc:velocity://db1/kv/more",
        "jdbc:velocity://db1/7up",
        "jdbc:velocity://db1/kv?",
        "jdbc:velocity://db1/kv?user",
        "jdbc:velocity://db1/kv?user=alice&",
        "jdbc:velocity://db1/kv?user=alice&user=bob",
        "jdbc:velocity://db1/kv?tls=yes;password=hush",
        "jdbc:velocity://db1/kv?fingerprint=hush",
        "jdbc:velocity://db1/kv?connectTimeoutMs=0",
        "jdbc:velocity://db1/kv?connectTimeoutMs=hush",
        "jdbc:velocity://db1/kv?requestTimeoutMs=99999999999",
        "jdbc:velocity://db1/kv?clientCertificate=hush",
        "jdbc:velocity://db1/kv?password=hush%4",
        "jdbc:velocity://db1/kv?password=hush%zz",
        "jdbc:velocity://db1/kv?password=hush%ff" })
    void shouldRefuseWhatIsNoUrlWithoutRepeatingAValue(final String url)
    {
        final SQLException refusal = assertThrows(SQLException.class, () -> parse(url));

        assertEquals("08001", refusal.getSQLState());
        assertFalse(refusal.getMessage().contains("hush"), refusal.getMessage());
    }

    @Test
    void shouldNameAnUnknownParameterAndThoseThatThereAre()
    {
        final String message = assertThrows(
            SQLException.class, () -> parse("jdbc:velocity://db1/kv?usr=alice")).getMessage();

        assertTrue(message.contains("unknown parameter in the URL: usr; there are user, password, tls"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "tls, yes",
        "knownServersOnly, 1",
        "allowPlaintextPassword, TRUE",
        "fingerprint, 1f0a",
        "connectTimeoutMs, 0",
        "requestTimeoutMs, 1s",
        "resultBufferBytes, -1",
        "ca, nowhere.pem",
        "knownServers, %00",
        "clientCertificate, nowhere.pem",
        "clientKey, nowhere.pem" })
    void shouldNameTheParameterWhoseValueIsRefused(final String name, final String value)
    {
        final String fromUrl = assertThrows(
            SQLException.class, () -> parse("jdbc:velocity://db1/kv?user=alice&" + name + "=" + value)).getMessage();
        assertTrue(fromUrl.contains(name), fromUrl);

        final Properties properties = new Properties();
        properties.setProperty(name, value.replace("%00", "\0"));
        final SQLException fromProperty = assertThrows(
            SQLException.class, () -> ConnectionUrl.parse("jdbc:velocity://db1/kv?user=alice", properties));
        assertEquals(fromUrl, fromProperty.getMessage());
    }

    @Test
    void shouldNameTheFileOfACertificateThatIsNotThere()
    {
        final String message = assertThrows(
            SQLException.class,
            () -> parse("jdbc:velocity://db1/kv?clientCertificate=hush.pem&clientKey=hush.key")).getMessage();

        assertEquals("clientCertificate must be the path of a file that can be read", message);
    }

    @Test
    void shouldNotRepeatAParameterNameThatIsNone()
    {
        final String message = assertThrows(
            SQLException.class, () -> parse("jdbc:velocity://db1/kv?a:hush%20x=alice")).getMessage();

        assertFalse(message.contains("hush"), message);
    }

    @Test
    void shouldShowNoParametersWhenItIsPrinted() throws SQLException
    {
        assertEquals("jdbc:velocity://db1:5432/kv", parse("jdbc:velocity://db1?user=alice&password=hush").toString());
    }

    @Test
    void shouldBeFoundByTheDriverManagerAndTellItsParameters() throws SQLException
    {
        final VelocityDriver driver = (VelocityDriver) DriverManager.getDriver("jdbc:velocity://db1");
        final DriverPropertyInfo[] infos = driver.getPropertyInfo("jdbc:velocity://db1?user=alice", null);

        assertEquals(UrlParameter.values().length, infos.length);
        assertEquals("alice", infos[0].value);
        assertTrue(infos[0].required);
        assertEquals(List.of("true", "false"), Arrays.asList(infos[UrlParameter.TLS.ordinal()].choices));
        assertNull(driver.connect("jdbc:other://db1", new Properties()));
        assertFalse(driver.acceptsURL(null));
    }

    @Test
    void shouldAskForAUser()
    {
        assertEquals(
            "28000", assertThrows(
                SQLException.class, () -> DriverManager.getConnection("jdbc:velocity://127.0.0.1:1/kv")).getSQLState());
    }

    private static ConnectionUrl parse(final String url) throws SQLException
    {
        return ConnectionUrl.parse(url, new Properties());
    }
}
