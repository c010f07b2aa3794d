package org.velocitydb.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * Connects to {@code jdbc:velocity://host:port/kv?user=...&password=...}. Whoever has the driver on the class path
 * needs to name nothing but the URL. For any number of threads.
 */
public final class VelocityDriver implements Driver
{
    static final int MAJOR_VERSION = 0;
    static final int MINOR_VERSION = 1;

    static
    {
        try
        {
            DriverManager.registerDriver(new VelocityDriver());
        }
        catch (final SQLException ex)
        {
            throw new ExceptionInInitializerError(ex);
        }
    }

    /**
     * Makes a driver; {@link DriverManager} does that by itself.
     */
    public VelocityDriver()
    {
        // Nothing is kept.
    }

    @Override
    public Connection connect(final String url, final Properties info) throws SQLException
    {
        return acceptsURL(url) ? VelocityConnection.open(ConnectionUrl.parse(url, orEmpty(info))) : null;
    }

    @Override
    public boolean acceptsURL(final String url)
    {
        return ConnectionUrl.isOurs(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(final String url, final Properties info) throws SQLException
    {
        final UrlParameter[] parameters = UrlParameter.values();
        final DriverPropertyInfo[] infos = new DriverPropertyInfo[parameters.length];
        final ConnectionUrl parsed = acceptsURL(url) ? ConnectionUrl.parse(url, orEmpty(info)) : null;
        for (int i = 0; i < infos.length; i++)
        {
            final UrlParameter parameter = parameters[i];
            infos[i] = new DriverPropertyInfo(
                parameter.text(), parsed == null ? parameter.defaultValue() : parsed.value(parameter));
            infos[i].description = parameter.description();
            infos[i].required = parameter == UrlParameter.USER && (parsed == null || !parsed.hasCertificate());
            infos[i].choices = parameter.isSwitch() ? new String[]{ "true", "false" } : null;
        }
        return infos;
    }

    @Override
    public int getMajorVersion()
    {
        return MAJOR_VERSION;
    }

    @Override
    public int getMinorVersion()
    {
        return MINOR_VERSION;
    }

    /** Not, since that would take all of SQL-92. */
    @Override
    public boolean jdbcCompliant()
    {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException
    {
        throw Unsupported.method("Driver.getParentLogger");
    }

    private static Properties orEmpty(final Properties info)
    {
        return info == null ? new Properties() : info;
    }
}
