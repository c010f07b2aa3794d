package org.velocitydb.server.config;

import java.util.Objects;

import org.velocitydb.engine.command.KeyspaceName;

/**
 * Where the Redis protocol is spoken, and about what.
 *
 * @param bind  address, or null for nowhere.
 * @param table that the commands are about.
 */
public record RespConfig(BindAddress bind, String table)
{
    /** Nowhere; and if so, about the table that always is there. */
    static final RespConfig DEFAULTS = new RespConfig(null, KeyspaceName.DEFAULT);

    RespConfig withBind(final BindAddress address)
    {
        return new RespConfig(address, table);
    }

    RespConfig withTable(final String name)
    {
        return new RespConfig(bind, name);
    }

    RespConfig with(final ConfigKey key, final ConfigValue value)
    {
        return key == ConfigKey.RESP_TABLE ? withTable(tableName(value.text())) : withBind(value.addressOrOff());
    }

    private static String tableName(final String name)
    {
        if (KeyspaceName.fault(name) != null)
        {
            throw new RejectedValueException(KeyspaceName.fault(name));
        }
        return KeyspaceName.normalized(name);
    }

    String text(final ConfigKey key)
    {
        return ConfigValue.quoted(
            key == ConfigKey.RESP_TABLE ? table : Objects.toString(bind, ConfigValue.OFF));
    }
}
