package org.velocitydb.server.node;

import org.velocitydb.server.resp.RespWriter;

/**
 * Answers MGET.
 */
final class RespMultiGetStream extends RespManyKeysStream
{
    RespMultiGetStream(
        final ResultTarget target,
        final RespManyKeys keys,
        final RespWriter out,
        final RespReplies replies,
        final int version)
    {
        super(target, keys, out, replies, version);
    }

    @Override
    boolean tryBegin()
    {
        begin().array(keys().count());
        return trySend();
    }

    @Override
    boolean tryKey(final int index)
    {
        if (keys().find(index))
        {
            return trySendValue();
        }
        begin().nothing();
        return trySend();
    }

    @Override
    boolean tryEnd()
    {
        return true;
    }
}
