package org.velocitydb.server.cli;

import java.nio.file.Path;

/**
 * A command that opens a store, whose failures name files relative to its directory.
 */
interface StoreCommand
{
    /**
     * Where that is.
     *
     * @return the directory, or null where the command has not come so far.
     */
    Path storeDirectory();
}
