package org.velocitydb.server.node;

/**
 * The answer to a SHOW, which may still be on its way from other event loops.
 */
@FunctionalInterface
interface ShowAnswer
{
    /**
     * Looks whether it has come.
     *
     * @return the rows, the same each time, or null while there is more to come.
     */
    ShowRows poll();
}
