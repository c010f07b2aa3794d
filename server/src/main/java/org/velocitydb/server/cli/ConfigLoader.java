package org.velocitydb.server.cli;

import java.io.IOException;

import org.velocitydb.server.config.VelocityConfig;

/**
 * Reads a server's configuration again, with what its command line has said.
 */
@FunctionalInterface
public interface ConfigLoader
{
    /**
     * Reads it.
     *
     * @return what would be in force if the server began now.
     * @throws IOException                                when the file cannot be read.
     * @throws org.velocitydb.server.toml.TomlException with everything that is refused in it.
     */
    VelocityConfig load() throws IOException;
}
