/**
 * What can be chosen about a server, from {@code velocity.toml}. {@link org.velocitydb.server.config.ConfigKey} lists
 * every key with its default; {@link org.velocitydb.server.config.VelocityConfig} is the concluded configuration, made
 * of one record for each subject, which reads, checks and prints the keys of its own. A value that is refused is named
 * with file, line, what it was and what is allowed.
 */
package org.velocitydb.server.config;
