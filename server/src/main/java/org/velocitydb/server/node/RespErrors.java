package org.velocitydb.server.node;

/**
 * What Redis says about common mistakes.
 */
final class RespErrors
{
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String SYNTAX = "ERR syntax error";
    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
    static final String TOO_MANY_HELD = "OOM too many long commands are under way, try again";
    static final String NO_KEY_PERMISSION = "NOPERM No permissions to access a key";

    private RespErrors()
    {
    }

    /** Whether an error says that the user may not do something. */
    static boolean isForbidding(final String text)
    {
        return text.startsWith("NOPERM");
    }

    static String wrongArity(final String command)
    {
        return "ERR wrong number of arguments for '" + command + "' command";
    }

    static String unknownSubcommand(final String asked, final String command)
    {
        return "ERR unknown subcommand '" + asked + "'. Try " + command + " HELP.";
    }

    static String noPermission(final String command)
    {
        return "NOPERM this user has no permissions to run the '" + command + "' command";
    }
}
