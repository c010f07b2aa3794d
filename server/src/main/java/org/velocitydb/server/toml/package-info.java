/**
 * TOML with places. {@link org.velocitydb.server.toml.TomlDocument} knows for each key in which line it stands and
 * between which characters its value, so that a rejected value can be named with file and line, and one line of a file
 * can be changed without touching any other.
 */
package org.velocitydb.server.toml;
