package org.velocitydb.server.users;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who may log in, and what each may do. Immutable: a change makes a new directory, which {@link
 * Authenticator#users(UserDirectory)} puts in the place of the old one.
 *
 * <p>A disabled user is one whose password has not been set or that was disabled; it is treated like one that does not
 * exist.
 */
public final class UserDirectory
{
    /** Nobody. */
    public static final UserDirectory EMPTY = of(List.of());

    private final Map<String, Principal> users;
    private final Set<String> names;
    private final Set<String> disabledNames;
    private final DecoyHashes decoys;

    private UserDirectory(final Map<String, Principal> users)
    {
        this.users = Collections.unmodifiableMap(users);
        final Set<String> able = new TreeSet<>();
        final Set<String> unable = new TreeSet<>();
        users.forEach((name, user) -> (user.canLogIn() ? able : unable).add(name));
        names = Collections.unmodifiableSet(able);
        disabledNames = Collections.unmodifiableSet(unable);
        decoys = new DecoyHashes(users.values());
    }

    /**
     * A directory of these users.
     *
     * @param users each name once; of two with one name the later counts.
     * @return the directory.
     */
    public static UserDirectory of(final Collection<Principal> users)
    {
        final Map<String, Principal> byName = new TreeMap<>();
        users.forEach((user) -> byName.put(user.name(), user));
        return new UserDirectory(byName);
    }

    /**
     * A directory of users who may do everything, for a program that has no others.
     *
     * @param hashes        by name.
     * @param disabledNames of users that cannot log in.
     * @return the directory.
     */
    public static UserDirectory of(final Map<String, Argon2Phc> hashes, final Set<String> disabledNames)
    {
        final Map<String, Principal> byName = new TreeMap<>();
        disabledNames.forEach((name) -> byName.put(name, Principal.of(name, Role.ADMIN, List.of(), null, false)));
        hashes.forEach((name, phc) -> byName.put(name, Principal.of(name, Role.ADMIN, List.of(), phc, false)));
        return new UserDirectory(byName);
    }

    /**
     * This directory with one user more, or another in the place of one.
     *
     * @param user to add.
     * @return a new directory.
     */
    public UserDirectory with(final Principal user)
    {
        final Map<String, Principal> byName = new TreeMap<>(users);
        byName.put(user.name(), user);
        return new UserDirectory(byName);
    }

    /**
     * Compares a password. Every call costs one verification, whether the user exists or not, and whether it can log in
     * or not; see {@link DecoyHashes} for how much that is.
     *
     * @param name     of the user.
     * @param password the bytes of the password alone; the caller wipes them.
     * @param verifier that compares.
     * @return the user if it can log in and this is its password, else null.
     */
    public Principal verify(final String name, final byte[] password, final PasswordVerifier verifier)
    {
        // Chosen for every name, so that it takes the same time for those that exist.
        final Argon2Phc decoy = decoys.of(name);
        final Principal known = users.get(name);
        final boolean hasPassword = known != null && known.password() != null;
        final boolean isMatch = verifier.matches(hasPassword ? known.password() : decoy, password);
        return isMatch && hasPassword && known.canLogIn() ? known : null;
    }

    /**
     * A user by its name.
     *
     * @param name of the user.
     * @return the user, or null where there is none of that name that can log in.
     */
    public Principal principal(final String name)
    {
        final Principal known = users.get(name);
        return known != null && known.canLogIn() ? known : null;
    }

    /**
     * What a user that logged in earlier is now.
     *
     * @param before as it was when it logged in, or when this was asked last.
     * @return the user with the rights it has now, or null where the login no longer holds: the user was dropped or
     *         disabled or has another password.
     */
    public Principal current(final Principal before)
    {
        final Principal known = users.get(before.name());
        return known != null && known.continues(before) ? known : null;
    }

    /**
     * All users, those that cannot log in included.
     *
     * @return in ascending order of their names.
     */
    public Collection<Principal> all()
    {
        return users.values();
    }

    /**
     * Those who can log in.
     *
     * @return in ascending order.
     */
    public Set<String> names()
    {
        return names;
    }

    /**
     * Those who cannot log in.
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
        return names.isEmpty();
    }

    /**
     * The users and their rights, one behind the other.
     *
     * @return for logs.
     */
    @Override
    public String toString()
    {
        return "users=" + users.values();
    }
}
