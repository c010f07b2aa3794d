package org.velocitydb.server.node;

import org.velocitydb.engine.command.CommandSlot;
import org.velocitydb.server.resp.RespCommand;

/**
 * Sends commands of the Redis protocol to the writer. Owned by one event loop; allocation-free.
 */
final class RespSender
{
    private final LoopServices loop;

    RespSender(final LoopServices loop)
    {
        this.loop = loop;
    }

    /**
     * Sends a command.
     *
     * @param client  that asked.
     * @param slot    that carries its operations.
     * @param form    of its answer.
     * @param command that it is.
     */
    void send(final ClientState client, final CommandSlot slot, final RespForm form, final RespCommand command)
    {
        final long sessionId = client.session().id();
        final long correlationId = RespReplies.correlationId(client.resp(), form);
        slot.replyTo(loop.completions(), sessionId, correlationId, ReplyTag.of(ReplyTag.FORM_RESP, loop.nowNs()));
        loop.audit().sentResp(sessionId, correlationId, command, slot.payload(), slot.operationCount());
        loop.send(slot, command.name());
        client.writeSent();
    }
}
