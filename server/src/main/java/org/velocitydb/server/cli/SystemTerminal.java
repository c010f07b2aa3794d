package org.velocitydb.server.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/**
 * The terminal of this process.
 */
final class SystemTerminal implements CommandContext.Terminal
{
    private final Console console = System.console();
    private final boolean isInteractive = console != null && isTerminal(console);

    @Override
    public boolean isInteractive()
    {
        return isInteractive;
    }

    @Override
    public char[] readPassword(final String prompt)
    {
        return console.readPassword("%s", prompt);
    }

    /** From JDK 22 on there is a console even where there is no terminal, and a method that tells. */
    private static boolean isTerminal(final Console console)
    {
        try
        {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        }
        catch (final NoSuchMethodException ex)
        {
            return true;
        }
        catch (final IllegalAccessException | InvocationTargetException ex)
        {
            return false;
        }
    }
}
