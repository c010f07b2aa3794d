package org.velocitydb.server.cli;

/**
 * Shows a result on a terminal so that somebody can read it, however long it is. For one thread.
 */
interface ResultPager extends TextSink, AutoCloseable
{
    /** How long somebody who reads was waited for. */
    long waitedNs();

    /** Nothing more is to be shown; waits until what was shown has been read. */
    @Override
    void close();
}
