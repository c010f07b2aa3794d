package org.velocitydb.server.node;

import static org.velocitydb.server.node.RespDraft.KEY;
import static org.velocitydb.server.node.RespDraft.VALUE;

import org.velocitydb.engine.command.OperationDescriptor;
import org.velocitydb.server.resp.RespCommand;

/**
 * Makes operations of the commands that read, where they go through the writer behind others that write. Owned by one
 * event loop.
 */
final class RespReadCommands
{
    private final RespDraft draft;

    RespReadCommands(final RespDraft draft)
    {
        this.draft = draft;
    }

    void read()
    {
        final RespCommand command = draft.command();
        draft.evaluateForResults();
        final boolean isReturned = command == RespCommand.GET || command == RespCommand.MGET ||
            command == RespCommand.GETRANGE || command == RespCommand.SUBSTR;
        final boolean isOfMany = command == RespCommand.MGET || command == RespCommand.EXISTS ||
            command == RespCommand.TOUCH;
        final int limit = isOfMany ? draft.request().count() : KEY + 1;
        for (int part = KEY; part < limit && draft.isSound(); part++)
        {
            draft.add(
                OperationDescriptor.KIND_READ, OperationDescriptor.CONDITION_NONE,
                isReturned ? OperationDescriptor.FLAG_RETURN : 0, 0, part);
        }
        draft.form(form(command));
        if (draft.form() == RespForm.RANGE && draft.isSound())
        {
            takeRange();
        }
    }

    private static RespForm form(final RespCommand command)
    {
        return switch (command)
        {
            case GET -> RespForm.OLD_VALUE;
            case MGET -> RespForm.VALUES;
            case EXISTS, TOUCH -> RespForm.FOUND_COUNT;
            case GETRANGE, SUBSTR -> RespForm.RANGE;
            case TTL -> RespForm.TTL_S;
            case PTTL -> RespForm.TTL_MS;
            case EXPIRETIME -> RespForm.EXPIRY_S;
            case PEXPIRETIME -> RespForm.EXPIRY_MS;
            case TYPE -> RespForm.TYPE;
            default -> RespForm.NUMBER;
        };
    }

    private void takeRange()
    {
        if (!draft.takesNumber(VALUE))
        {
            return;
        }
        final long first = draft.request().number();
        if (draft.takesNumber(VALUE + 1))
        {
            draft.numbers(first, draft.request().number());
        }
    }
}
