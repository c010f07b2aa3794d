package org.velocitydb.server.users;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What the passwords of users that do not exist are compared with: hashes that no password has, as costly to verify as
 * those of users that do. Where the users' parameters of Argon2 differ, a name that is nobody's is given those of one
 * of them, each as likely as it is among the users, and always the same ones for the same name: so an answer's time
 * tells which parameters a name has, and not whether it is a user's. Which name gets which is decided by a secret that
 * this process has drawn. Immutable; any thread.
 *
 * <p>What remains: a user that changes its parameters changes the time of its own name, and a few of the others' (those
 * at the borders of the parts), while that of a name that is nobody's hardly ever changes; whoever measures the same
 * name over months may see that. And where there is one user of rare parameters among very many, a name with those is
 * more likely than others to be the user's; {@code velocity passwd} gives a user the default ones.
 */
final class DecoyHashes
{
    /** One for all directories, so that a login costs the same before and after a reload. */
    private static final Argon2Phc UNMATCHABLE = Argon2Phc.unmatchable(new SecureRandom());
    private static final int SECRET_LENGTH = 32;
    private static final byte[] SECRET = new SecureRandom().generateSeed(SECRET_LENGTH);

    /** Parameters that occur, in the order of their cost so that a reload leaves them where they are. */
    private final List<Argon2Phc> costs = new ArrayList<>();
    /** For each of them, how many users have it or one before it. */
    private final List<Integer> counts = new ArrayList<>();

    DecoyHashes(final Collection<Principal> users)
    {
        users.stream()
            .map(Principal::password)
            .filter((password) -> password != null)
            .map(UNMATCHABLE::withCostOf)
            .sorted(Comparator.comparing(Argon2Phc::toString))
            .forEach(this::add);
        if (costs.isEmpty())
        {
            add(UNMATCHABLE);
        }
    }

    private void add(final Argon2Phc decoy)
    {
        final int last = costs.size() - 1;
        if (last >= 0 && costs.get(last).hasCostOf(decoy))
        {
            counts.set(last, counts.get(last) + 1);
            return;
        }
        counts.add(last < 0 ? 1 : counts.get(last) + 1);
        costs.add(decoy);
    }

    /** The hash for a name. */
    Argon2Phc of(final String name)
    {
        final int userCount = counts.get(counts.size() - 1);
        final long place = (long) (fraction(name) * userCount);
        int index = 0;
        while (counts.get(index) <= place)
        {
            index++;
        }
        return costs.get(index);
    }

    /** Of a name, from 0 to less than 1; nobody who does not know the secret can tell it from a random number. */
    private static double fraction(final String name)
    {
        try
        {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(SECRET);
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            return (ByteBuffer.wrap(digest.digest()).getLong() >>> 11) * 0x1.0p-53;
        }
        catch (final NoSuchAlgorithmException ex)
        {
            throw new IllegalStateException("every JDK has SHA-256", ex);
        }
    }
}
