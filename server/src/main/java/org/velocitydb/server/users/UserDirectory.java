package org.velocitydb.server.users;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who may log in. Immutable: a change makes a new directory, which {@link Authenticator#users(UserDirectory)} puts in
 * the place of the old one.
 *
 * <p>A disabled user is one whose password has not been set; it is treated like one that does not exist.
 */
public final class UserDirectory
{
    /** Nobody. */
    public static final UserDirectory EMPTY = new UserDirectory(Map.of(), Set.of());

    /** One for all directories, so that a login costs the same before and after a reload. */
    private static final Argon2Phc UNKNOWN = Argon2Phc.unmatchable(new SecureRandom());

    private final Map<String, Argon2Phc> hashes;
    private final Set<String> disabledNames;

    private UserDirectory(final Map<String, Argon2Phc> hashes, final Set<String> disabledNames)
    {
        this.hashes = Collections.unmodifiableMap(new TreeMap<>(hashes));
        this.disabledNames = Collections.unmodifiableSet(new TreeSet<>(disabledNames));
    }

    /**
     * A directory of these users.
     *
     * @param hashes        by name.
     * @param disabledNames of users that cannot log in.
     * @return the directory.
     */
    public static UserDirectory of(final Map<String, Argon2Phc> hashes, final Set<String> disabledNames)
    {
        return new UserDirectory(hashes, disabledNames);
    }

    /**
     * Compares a password. Every call costs one verification, whether the user exists or not.
     *
     * @param name     of the user.
     * @param password the bytes of the password alone; the caller wipes them.
     * @param verifier that compares.
     * @return true if the user exists and this is the password.
     */
    public boolean verify(final String name, final byte[] password, final PasswordVerifier verifier)
    {
        final Argon2Phc known = hashes.get(name);
        final boolean isMatch = verifier.matches(known == null ? UNKNOWN : known, password);
        return known != null && isMatch;
    }

    /**
     * Those who can log in.
     *
     * @return in ascending order.
     */
    public Set<String> names()
    {
        return hashes.keySet();
    }

    /**
     * Those whose password has not been set.
     *
     * @return in ascending order.
     */
    public Set<String> disabledNames()
    {
        return disabledNames;
    }

    /**
     * Whether nobody can log in.
     *
     * @return true if there is no user, or disabled ones alone.
     */
    public boolean isEmpty()
    {
        return hashes.isEmpty();
    }

    @Override
    public String toString()
    {
        return "users=" + names() + ", disabled=" + disabledNames;
    }
}
