package org.velocitydb.server.node;

import org.velocitydb.server.resp.RespWriter;

/**
 * Answers EXISTS and TOUCH of many keys.
 */
final class RespExistsStream extends RespManyKeysStream
{
    private int foundCount;

    RespExistsStream(
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
        return true;
    }

    @Override
    boolean tryKey(final int index)
    {
        foundCount += keys().find(index) ? 1 : 0;
        return true;
    }

    @Override
    boolean tryEnd()
    {
        begin().number(foundCount);
        return trySend();
    }
}
