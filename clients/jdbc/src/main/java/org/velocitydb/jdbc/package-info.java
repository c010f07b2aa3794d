/**
 * The JDBC driver: what SQL tools and connection pools need of it, over the Java client, with nothing but the JDK.
 *
 * <p>A connection is one client on one connection to a server. Each statement is atomic and on its own; there are no
 * transactions over several, and what the driver does not do throws, with its name. Those refusals have classes of
 * their own ({@code Unsupported...}, {@code NoCapabilities}), so that the classes that extend them hold what is really
 * done.
 */
package org.velocitydb.jdbc;
