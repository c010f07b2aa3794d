package org.velocitydb.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

import org.velocitydb.server.users.Argon2Phc;

/**
 * Where passwords come from.
 */
final class Passwords
{
    /** Letters and digits that are not mistaken for one another: 57 of them, 5.8 bits each. */
    private static final String LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    /** About 140 bits. */
    private static final int RANDOM_LENGTH = 24;

    private Passwords()
    {
    }

    static String random(final SecureRandom random)
    {
        final StringBuilder password = new StringBuilder(RANDOM_LENGTH);
        for (int i = 0; i < RANDOM_LENGTH; i++)
        {
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }

    /** Typed twice at a terminal, or the first line of what is piped. */
    static char[] askForNew(final CommandContext context) throws IOException
    {
        if (!context.terminal().isInteractive())
        {
            return firstLine(context.in());
        }
        final char[] first = ask(context, "Password: ");
        final char[] second = ask(context, "The same again: ");
        final boolean isSame = Arrays.equals(first, second);
        Arrays.fill(second, '\0');
        if (!isSame)
        {
            Arrays.fill(first, '\0');
            throw new CommandException(ExitCode.FAILURE, "the two passwords differ");
        }
        return first;
    }

    static char[] ask(final CommandContext context, final String prompt)
    {
        final char[] password = context.terminal().readPassword(prompt);
        if (password == null)
        {
            throw new CommandException(ExitCode.FAILURE, "no password");
        }
        return password;
    }

    /** Bytes up to a line end and no further, since what follows may be for somebody else. */
    static char[] firstLine(final InputStream in) throws IOException
    {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read())
        {
            if (line.size() > Argon2Phc.MAX_PASSWORD_LENGTH)
            {
                throw new CommandException(ExitCode.FAILURE,
                    "password too long: max=" + Argon2Phc.MAX_PASSWORD_LENGTH + " bytes");
            }
            line.write(b);
        }
        final byte[] bytes = line.toByteArray();
        try
        {
            final int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
            final CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return Arrays.copyOfRange(decoded.array(), 0, decoded.limit());
        }
        catch (final CharacterCodingException ex)
        {
            throw new CommandException(ExitCode.FAILURE, "password is not UTF-8");
        }
        finally
        {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Hashes and wipes. */
    static Argon2Phc hash(final char[] password)
    {
        final ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        final byte[] bytes = Arrays.copyOf(encoded.array(), encoded.limit());
        try
        {
            return Argon2Phc.hash(bytes, new SecureRandom());
        }
        catch (final IllegalArgumentException ex)
        {
            throw new CommandException(ExitCode.FAILURE, ex.getMessage());
        }
        finally
        {
            Arrays.fill(password, '\0');
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }
}
