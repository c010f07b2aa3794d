package org.velocitydb.server.node;

/**
 * A row does not fit into the longest frame that the node may send, so waiting for room would be in vain; or a result
 * has more rows or bytes than one may have.
 */
final class ResultTooLargeException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    ResultTooLargeException(final String message)
    {
        super(message);
    }

    ResultTooLargeException(final int rowLength, final int maxFrameLength)
    {
        super("row does not fit into a frame: length=" + rowLength + ", max frame=" + maxFrameLength);
    }
}
