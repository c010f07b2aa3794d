package org.velocitydb.server.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlProblem;

/**
 * Looks now and then whether the users in a file have changed, so that a running server takes them up. Of the file only
 * {@code [users]} is looked at; everything else takes effect at the next start.
 *
 * <p>Used by one thread, which polls {@link #changed(long)}: between two looks that costs a comparison of times, and a
 * look at an unchanged file one system call. A file that is gone or cannot be read as users changes nothing and is
 * reported once, until it changes again.
 */
public final class UserFileMonitor
{
    /** How often to look, in milliseconds: a second after create-user its user can log in. */
    public static final long DEFAULT_PERIOD_MS = 1000;
    /** Longest file that is read, in bytes: some ten thousand users. */
    public static final long MAX_FILE_LENGTH = 4L * 1024 * 1024;

    private final Path file;
    private final long periodMs;
    private final Consumer<String> problems;
    private UserDirectory users;
    private boolean isFirst = true;
    private long nextLookMs;
    private Stamp stamp;
    private byte[] digest;

    /** What changes when a file does: replaced files have another key, edited ones another time or length. */
    private record Stamp(long modifiedNs, long lengthBytes, Object key)
    {
    }

    /**
     * Begins with users that were read before.
     *
     * @param file     that exists or not.
     * @param users    in force now.
     * @param periodMs between two looks.
     * @param problems is told in words, once for each content that cannot be used.
     */
    public UserFileMonitor(
        final Path file, final UserDirectory users, final long periodMs, final Consumer<String> problems)
    {
        this.file = Objects.requireNonNull(file, "file");
        this.users = Objects.requireNonNull(users, "users");
        this.periodMs = periodMs;
        this.problems = Objects.requireNonNull(problems, "problems");
    }

    /**
     * The users in force.
     *
     * @return the last that could be read.
     */
    public UserDirectory users()
    {
        return users;
    }

    /**
     * Looks at the file if it is time to. The first call looks in any case, since the file may have changed after the
     * first users were read.
     *
     * @param nowMs of a monotonic clock.
     * @return true if {@link #users()} was replaced.
     */
    public boolean changed(final long nowMs)
    {
        if (!isFirst && nowMs - nextLookMs < 0)
        {
            return false;
        }
        isFirst = false;
        nextLookMs = nowMs + periodMs;
        try
        {
            return look();
        }
        catch (final TomlException ex)
        {
            problems.accept("users file refused, the users before it stay: " +
                ex.problems().stream().map(TomlProblem::toString).collect(Collectors.joining("; ")));
        }
        catch (final NoSuchFileException ex)
        {
            forget("users file is gone, its users stay: file=" + file);
        }
        catch (final IOException ex)
        {
            forget("users file cannot be read, the users before it stay: file=" + file + ", cause=" + ex);
        }
        return false;
    }

    private boolean look() throws IOException
    {
        final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        final Stamp found = new Stamp(
            attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
            attributes.size(),
            attributes.fileKey());
        if (found.equals(stamp))
        {
            return false;
        }
        if (attributes.size() > MAX_FILE_LENGTH)
        {
            throw new IOException("file too long: length=" + attributes.size() + ", max=" + MAX_FILE_LENGTH);
        }
        final byte[] bytes = Files.readAllBytes(file);
        stamp = found;
        final byte[] foundDigest = sha256(bytes);
        if (Arrays.equals(foundDigest, digest))
        {
            return false;
        }
        digest = foundDigest;
        users = read(bytes);
        return true;
    }

    private UserDirectory read(final byte[] bytes)
    {
        final TomlDocument document = TomlDocument.parse(file.toString(), bytes);
        final List<TomlProblem> errors = new ArrayList<>(document.problems());
        final UserDirectory found = UserSection.read(document, errors, new ArrayList<>());
        if (!errors.isEmpty())
        {
            throw new TomlException(errors);
        }
        return found;
    }

    /** Reports where there was a file before or nothing has been reported since. */
    private void forget(final String problem)
    {
        if (stamp != null)
        {
            problems.accept(problem);
        }
        stamp = null;
        digest = null;
    }

    private static byte[] sha256(final byte[] bytes)
    {
        try
        {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        }
        catch (final NoSuchAlgorithmException ex)
        {
            throw new IllegalStateException("every JDK has SHA-256", ex);
        }
    }
}
