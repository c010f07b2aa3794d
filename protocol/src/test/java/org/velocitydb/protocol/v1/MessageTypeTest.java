package org.velocitydb.protocol.v1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class MessageTypeTest
{
    @Test
    void shouldHaveANameForEachTypeThatAClientSends() throws ReflectiveOperationException
    {
        for (int type = 0; type <= 0xFF; type++)
        {
            if (MessageType.isFromClient(type))
            {
                assertEquals(type, MessageType.class.getField(MessageType.name(type)).getInt(null));
            }
            else
            {
                assertEquals("message " + type, MessageType.name(type));
            }
        }
    }
}
