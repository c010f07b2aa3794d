package org.velocitydb.server.config;

/**
 * Where the value of a setting comes from.
 */
public enum ConfigOrigin
{
    /** Nobody has said anything. */
    DEFAULT("default"),
    /** The configuration file. */
    FILE("file"),
    /** The command line, which wins over the file. */
    COMMAND_LINE("command line");

    private final String text;

    ConfigOrigin(final String text)
    {
        this.text = text;
    }

    /**
     * For people.
     *
     * @return in words.
     */
    public String text()
    {
        return text;
    }
}
