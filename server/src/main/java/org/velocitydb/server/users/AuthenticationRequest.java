package org.velocitydb.server.users;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A login on its way from an event loop to an agent. Made once and used again: the event loop owns it while it fills
 * it, the queue while it waits, the agent from there on until it goes back to the pool. The queues' own ordering makes
 * what one owner wrote visible to the next.
 */
final class AuthenticationRequest
{
    private final byte[] password = new byte[Argon2Phc.MAX_PASSWORD_LENGTH];
    private int passwordLength;
    private String userName;
    private InetAddress address;
    private long sessionId;
    private long correlationId;
    private AuthenticationListener listener;

    boolean fill(
        final ByteBuffer buffer,
        final int nameOffset,
        final int nameLength,
        final int passwordOffset,
        final int passwordLength)
    {
        try
        {
            userName = UserName.check(
                StandardCharsets.UTF_8.newDecoder().decode(buffer.slice(nameOffset, nameLength)).toString());
        }
        catch (final CharacterCodingException | IllegalArgumentException ex)
        {
            return false;
        }
        buffer.get(passwordOffset, password, 0, passwordLength);
        this.passwordLength = passwordLength;
        return true;
    }

    void replyTo(
        final InetAddress address,
        final long sessionId,
        final long correlationId,
        final AuthenticationListener listener)
    {
        this.address = address;
        this.sessionId = sessionId;
        this.correlationId = correlationId;
        this.listener = listener;
    }

    InetAddress address()
    {
        return address;
    }

    String userName()
    {
        return userName;
    }

    Principal verify(final UserDirectory users, final PasswordVerifier verifier)
    {
        final byte[] exact = Arrays.copyOf(password, passwordLength);
        try
        {
            return users.verify(userName, exact, verifier);
        }
        finally
        {
            Arrays.fill(exact, (byte) 0);
        }
    }

    /** Whether both are of one user with one password; how long it takes does not tell how far passwords agree. */
    boolean isSameLogin(final AuthenticationRequest other)
    {
        // Behind a password there are zeros: it was wiped before it was filled.
        return passwordLength == other.passwordLength && userName.equals(other.userName) &&
            MessageDigest.isEqual(password, other.password);
    }

    boolean isAwaited()
    {
        return listener.isAwaited(sessionId);
    }

    boolean isLate()
    {
        return listener.isLate(sessionId);
    }

    void reply(final Principal principal, final AuthenticationOutcome outcome)
    {
        listener.onAuthentication(sessionId, correlationId, userName, principal, outcome);
    }

    void wipe()
    {
        Arrays.fill(password, (byte) 0);
        passwordLength = 0;
        userName = null;
        address = null;
        listener = null;
    }

    boolean isWiped()
    {
        boolean isWiped = userName == null && listener == null;
        for (final byte b : password)
        {
            isWiped &= b == 0;
        }
        return isWiped;
    }
}
