package org.velocitydb.perf.load;

import org.velocitydb.protocol.Durability;

/** What a user may ask for. */
enum AskedDurability
{
    /** As the server is configured. */
    DEFAULT(Durability.SERVER_DEFAULT),
    /** Not forced. */
    NONE(Durability.NONE),
    /** Forced before the answer. */
    GROUP(Durability.GROUP);

    private final Durability durability;

    AskedDurability(final Durability durability)
    {
        this.durability = durability;
    }

    Durability durability()
    {
        return durability;
    }
}
