package org.velocitydb.server.users;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password's Argon2id hash as it stands in a file, in the PHC string format:
 *
 * <pre>
 *     $argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$...
 *                    |       |   |   |                      hash, base64 without padding
 *                    |       |   |   salt, base64 without padding
 *                    |       |   lanes
 *                    |       passes
 *                    memory in KiB
 * </pre>
 *
 * Immutable, any thread may use it. Parameters beyond the bounds below are refused when it is read, so that a line in a
 * file cannot make the server run out of memory at the next login.
 */
public final class Argon2Phc
{
    /** Memory that new hashes use, in KiB: 64 MiB. */
    public static final int DEFAULT_MEMORY_KIB = 65_536;
    /** Passes that new hashes use. */
    public static final int DEFAULT_PASS_COUNT = 3;
    /** Lanes that new hashes use. */
    public static final int DEFAULT_LANE_COUNT = 4;
    /** Most memory that is accepted, in KiB: 1 GiB. */
    public static final int MAX_MEMORY_KIB = 1024 * 1024;
    /** Most passes that are accepted. */
    public static final int MAX_PASS_COUNT = 16;
    /** Most lanes that are accepted. */
    public static final int MAX_LANE_COUNT = 16;
    /** Longest password in bytes, as in the protocol. */
    public static final int MAX_PASSWORD_LENGTH = 128;

    /** What stands where no password has been set; see {@link #isPlaceholder(String)}. */
    static final String PLACEHOLDER_TEXT = "$argon2id$v=19$m=65536,t=3,p=4$...";

    private static final int SALT_LENGTH = 16;
    private static final int HASH_LENGTH = 32;
    private static final int MIN_SALT_LENGTH = 8;
    private static final int MIN_HASH_LENGTH = 16;
    private static final int MAX_FIELD_LENGTH = 64;
    /** Argon2 needs two blocks of 1 KiB for each of four slices of a lane. */
    private static final int MIN_MEMORY_KIB_PER_LANE = 8;
    private static final Pattern FORMAT = Pattern.compile(
        "\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    private static final Pattern PLACEHOLDER = Pattern
        .compile("\\$argon2id\\$v=19\\$m=[0-9]{1,7},t=[0-9]{1,2},p=[0-9]{1,2}\\$\\.\\.\\.");

    private final int memoryKib;
    private final int passCount;
    private final int laneCount;
    private final byte[] salt;
    private final byte[] hash;

    private Argon2Phc(
        final int memoryKib, final int passCount, final int laneCount, final byte[] salt, final byte[] hash)
    {
        this.memoryKib = memoryKib;
        this.passCount = passCount;
        this.laneCount = laneCount;
        this.salt = salt;
        this.hash = hash;
    }

    /**
     * Hashes a password with a new salt and the default parameters.
     *
     * @param password 1 to {@link #MAX_PASSWORD_LENGTH} bytes; the caller wipes it.
     * @param random   for the salt.
     * @return the hash.
     */
    public static Argon2Phc hash(final byte[] password, final SecureRandom random)
    {
        return hash(password, random, DEFAULT_MEMORY_KIB, DEFAULT_PASS_COUNT, DEFAULT_LANE_COUNT);
    }

    static Argon2Phc hash(
        final byte[] password,
        final SecureRandom random,
        final int memoryKib,
        final int passCount,
        final int laneCount)
    {
        if (password.length == 0 || password.length > MAX_PASSWORD_LENGTH)
        {
            throw new IllegalArgumentException(
                "password length out of range: length=" + password.length + ", min=1, max=" + MAX_PASSWORD_LENGTH);
        }
        final byte[] salt = new byte[SALT_LENGTH];
        random.nextBytes(salt);
        final byte[] hash = new byte[HASH_LENGTH];
        derive(password, salt, memoryKib, passCount, laneCount, hash);
        return new Argon2Phc(memoryKib, passCount, laneCount, salt, hash);
    }

    /**
     * A hash that no password has, as costly to verify as one with the default parameters: what an unknown user's
     * password is compared with, so that the time of an answer does not tell which users exist.
     *
     * @param random for salt and hash.
     * @return the hash.
     */
    public static Argon2Phc unmatchable(final SecureRandom random)
    {
        final byte[] salt = new byte[SALT_LENGTH];
        final byte[] hash = new byte[HASH_LENGTH];
        random.nextBytes(salt);
        random.nextBytes(hash);
        return new Argon2Phc(DEFAULT_MEMORY_KIB, DEFAULT_PASS_COUNT, DEFAULT_LANE_COUNT, salt, hash);
    }

    /** This hash, as costly to verify as another one. Of a hash that no password has it makes another such. */
    Argon2Phc withCostOf(final Argon2Phc other)
    {
        return new Argon2Phc(other.memoryKib, other.passCount, other.laneCount, salt, hash);
    }

    boolean hasCostOf(final Argon2Phc other)
    {
        return memoryKib == other.memoryKib && passCount == other.passCount && laneCount == other.laneCount;
    }

    /**
     * Reads a string.
     *
     * @param text in the PHC format.
     * @return the hash.
     * @throws IllegalArgumentException in words, without the string itself.
     */
    public static Argon2Phc parse(final String text)
    {
        final Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches())
        {
            throw new IllegalArgumentException("not of the form $argon2id$v=19$m=65536,t=3,p=4$SALT$HASH");
        }
        final int memoryKib = Integer.parseInt(matcher.group(1));
        final int passCount = Integer.parseInt(matcher.group(2));
        final int laneCount = Integer.parseInt(matcher.group(3));
        checkRange("p", laneCount, 1, MAX_LANE_COUNT);
        checkRange("m", memoryKib, MIN_MEMORY_KIB_PER_LANE * laneCount, MAX_MEMORY_KIB);
        checkRange("t", passCount, 1, MAX_PASS_COUNT);
        final byte[] salt = decode("salt", matcher.group(4), MIN_SALT_LENGTH);
        final byte[] hash = decode("hash", matcher.group(5), MIN_HASH_LENGTH);
        return new Argon2Phc(memoryKib, passCount, laneCount, salt, hash);
    }

    /**
     * Whether a string is the shortened form that documentation prints, with three dots for salt and hash. It stands
     * for a user whose password has not been set.
     *
     * @param text any.
     * @return true for exactly that form.
     */
    public static boolean isPlaceholder(final String text)
    {
        return PLACEHOLDER.matcher(text).matches();
    }

    /**
     * Compares a password, in a time that does not depend on where it differs.
     *
     * @param password any; the caller wipes it.
     * @return true if it is the one that was hashed.
     */
    public boolean matches(final byte[] password)
    {
        final byte[] derived = new byte[hash.length];
        derive(password, salt, memoryKib, passCount, laneCount, derived);
        final boolean isEqual = MessageDigest.isEqual(hash, derived);
        Arrays.fill(derived, (byte) 0);
        return isEqual;
    }

    /**
     * Whether another hash is the same one: made of the same salt, not just of the same password.
     *
     * @param other or null.
     * @return true if all of it is equal.
     */
    boolean isSame(final Argon2Phc other)
    {
        return other != null && hasCostOf(other) && Arrays.equals(salt, other.salt) && Arrays.equals(hash, other.hash);
    }

    /**
     * Heap memory that one verification takes.
     *
     * @return bytes.
     */
    public long memoryBytes()
    {
        return memoryKib * 1024L;
    }

    /**
     * The PHC string.
     *
     * @return what {@link #parse(String)} reads.
     */
    public String format()
    {
        final Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + passCount + ",p=" + laneCount + "$" +
            encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
    }

    /**
     * The parameters alone, so that a hash does not reach a log by accident.
     *
     * @return without salt and hash.
     */
    @Override
    public String toString()
    {
        return "argon2id m=" + memoryKib + ",t=" + passCount + ",p=" + laneCount;
    }

    private static void derive(
        final byte[] password,
        final byte[] salt,
        final int memoryKib,
        final int passCount,
        final int laneCount,
        final byte[] output)
    {
        final Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passCount)
            .withParallelism(laneCount)
            .withSalt(salt)
            .withBlockPool(Argon2Memory.ofThread())
            .build();
        final Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        generator.generateBytes(password, output);
    }

    private static void checkRange(final String name, final int value, final int min, final int max)
    {
        if (value < min || value > max)
        {
            throw new IllegalArgumentException(
                "argon2 parameter out of range: " + name + "=" + value + ", min=" + min + ", max=" + max);
        }
    }

    private static byte[] decode(final String name, final String base64, final int minLength)
    {
        final byte[] bytes;
        try
        {
            bytes = Base64.getDecoder().decode(base64);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new IllegalArgumentException("argon2 " + name + " is not base64", ex);
        }
        if (bytes.length < minLength || bytes.length > MAX_FIELD_LENGTH)
        {
            throw new IllegalArgumentException(
                "argon2 " + name + " length out of range: length=" + bytes.length + ", min=" + minLength + ", max=" +
                    MAX_FIELD_LENGTH);
        }
        return bytes;
    }
}
