package org.velocitydb.server.cli;

/**
 * Takes the text of a result as it is made.
 */
@FunctionalInterface
interface TextSink
{
    /**
     * Takes the next piece.
     *
     * @param text of any length.
     * @return false when nobody wants more, so that none needs to be made.
     */
    boolean write(CharSequence text);
}
