package org.velocitydb.server.node;

import java.util.List;

/**
 * The configuration as SHOW CONFIG shows it. Any thread may call.
 */
@FunctionalInterface
public interface ConfigView
{
    /** Of a node that was not made from a configuration. */
    ConfigView NONE = List::of;

    /**
     * A setting. It holds no password, no hash and no key.
     *
     * @param key        with its section.
     * @param value      in force.
     * @param source     where it comes from, in words.
     * @param changeable in words, whether a reload can change it.
     */
    record Setting(String key, String value, String source, String changeable)
    {
    }

    /**
     * All settings as they are now.
     *
     * @return in the order in which they are documented.
     */
    List<Setting> settings();
}
