package org.velocitydb.server.users;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A user and what it may do: a name, a role, the scopes that it is confined to, and privately the password by which it
 * logs in. Immutable: where the rights of a user change, its sessions get another principal. Any thread.
 */
public final class Principal
{
    /** Most scopes of one user: each request of the user is compared with all of them. */
    public static final int MAX_SCOPE_COUNT = 64;
    /** Who has not logged in yet; may do nothing. */
    public static final Principal NOBODY = new Principal("", null, List.of(), null, true);

    private static final String ADMINISTRATOR = "admin";

    private final String name;
    private final Role role;
    private final Scope[] scopes;
    /** Null where it has not been set. */
    private final Argon2Phc password;
    private final boolean isDisabled;

    private Principal(
        final String name,
        final Role role,
        final Collection<Scope> scopes,
        final Argon2Phc password,
        final boolean isDisabled)
    {
        this.name = name;
        this.role = role;
        this.scopes = scopes.stream().distinct().toArray(Scope[]::new);
        this.password = password;
        this.isDisabled = isDisabled;
    }

    /**
     * A user.
     *
     * @param name       see {@link UserName}.
     * @param role       what it may do.
     * @param scopes     what it is confined to; empty for no bounds.
     * @param password   or null where it has not been set.
     * @param isDisabled whether it may not log in although it has a password.
     * @return the user.
     * @throws IllegalArgumentException in words.
     */
    public static Principal of(
        final String name,
        final Role role,
        final Collection<Scope> scopes,
        final Argon2Phc password,
        final boolean isDisabled)
    {
        if (role == Role.ADMIN && !scopes.isEmpty())
        {
            throw new IllegalArgumentException("the role admin has no scopes: it may do everything");
        }
        if (scopes.size() > MAX_SCOPE_COUNT)
        {
            throw new IllegalArgumentException("too many scopes: count=" + scopes.size() + ", max=" + MAX_SCOPE_COUNT);
        }
        return new Principal(UserName.check(name), Objects.requireNonNull(role, "role"), scopes, password, isDisabled);
    }

    /**
     * The role of a user of whom nothing but a password is said: what clients of an application need, except for the
     * user that a server makes for its administrator.
     *
     * @param name of the user.
     * @return {@link Role#ADMIN} for {@code admin}, {@link Role#WRITE} for all others.
     */
    public static Role defaultRole(final String name)
    {
        return ADMINISTRATOR.equals(name) ? Role.ADMIN : Role.WRITE;
    }

    /**
     * Who.
     *
     * @return the name; empty for {@link #NOBODY}.
     */
    public String name()
    {
        return name;
    }

    /**
     * What it may do.
     *
     * @return the role; null for {@link #NOBODY}.
     */
    public Role role()
    {
        return role;
    }

    /**
     * What it is confined to.
     *
     * @return the scopes, none for no bounds.
     */
    public List<Scope> scopes()
    {
        return List.of(scopes);
    }

    /**
     * How many scopes there are.
     *
     * @return the count.
     */
    public int scopeCount()
    {
        return scopes.length;
    }

    /**
     * One of the scopes.
     *
     * @param index from 0.
     * @return the scope.
     */
    public Scope scope(final int index)
    {
        return scopes[index];
    }

    /**
     * Whether every key has to be compared with the scopes.
     *
     * @return false if the user is not confined.
     */
    public boolean isScoped()
    {
        return scopes.length > 0;
    }

    /**
     * Whether keys may be written.
     *
     * @return true for {@link Role#WRITE} and {@link Role#ADMIN}.
     */
    public boolean mayWrite()
    {
        return role == Role.WRITE || role == Role.ADMIN;
    }

    /**
     * Whether tables, the server and other users are its business.
     *
     * @return true for {@link Role#ADMIN}.
     */
    public boolean mayAdminister()
    {
        return role == Role.ADMIN;
    }

    /**
     * Whether it can log in.
     *
     * @return true if it is not disabled and has a password.
     */
    public boolean canLogIn()
    {
        return !isDisabled && password != null;
    }

    /**
     * Whether it was disabled although it may have a password.
     *
     * @return true if it was.
     */
    public boolean isDisabled()
    {
        return isDisabled;
    }

    Argon2Phc password()
    {
        return password;
    }

    /**
     * Whether a session of this user goes on as another's: same name, same password, still allowed to log in.
     */
    boolean continues(final Principal before)
    {
        return canLogIn() && name.equals(before.name) && password.isSame(before.password);
    }

    /**
     * Whether it may do the same.
     *
     * @param other to compare with.
     * @return true for the same role and the same scopes.
     */
    public boolean hasRightsOf(final Principal other)
    {
        return role == other.role && scopes().equals(other.scopes());
    }

    /**
     * What the user may do, in words.
     *
     * @return like {@code read kv:user: kv:order:}, with {@code disabled} behind it where it cannot log in.
     */
    public String rights()
    {
        final String bounds = scopes().stream().map((scope) -> " " + scope).collect(Collectors.joining());
        return (role == null ? "nothing" : role.text()) + bounds + (canLogIn() ? "" : ", disabled");
    }

    /**
     * Name and rights, never the password's hash.
     *
     * @return for logs.
     */
    @Override
    public String toString()
    {
        return name + " (" + rights() + ")";
    }
}
