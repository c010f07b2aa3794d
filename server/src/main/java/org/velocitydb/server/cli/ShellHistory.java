package org.velocitydb.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jline.reader.impl.history.DefaultHistory;

/**
 * What was typed, for the next time: in {@code $XDG_STATE_HOME/velocity/history} where that variable is set, else in
 * {@code ~/.velocity/history}, which its owner alone can read. Lines that speak of passwords are not kept, nor those
 * that begin with a space.
 */
final class ShellHistory extends DefaultHistory
{
    private static final String STATE_VARIABLE = "XDG_STATE_HOME";
    private static final Pattern SECRET = Pattern.compile(
        "passw(or)?d|secret|\\$argon2", Pattern.CASE_INSENSITIVE);
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rw-------");

    @Override
    public void add(final Instant time, final String line)
    {
        if (!isSecret(line))
        {
            super.add(time, line);
        }
    }

    static boolean isSecret(final String line)
    {
        return SECRET.matcher(line).find();
    }

    /** The file, made if it is not there; others lose the right to read one that is. */
    static Path file(final Map<String, String> environment, final Path home) throws IOException
    {
        final String state = environment.get(STATE_VARIABLE);
        final Path directory = state == null || state.isEmpty()
            ? home.resolve(".velocity")
            : Path.of(state).resolve("velocity");
        Files.createDirectories(directory);
        final Path file = directory.resolve("history");
        final boolean isPosix = Files.getFileStore(directory).supportsFileAttributeView("posix");
        if (!isPosix)
        {
            return file;
        }
        if (Files.exists(file))
        {
            Files.setPosixFilePermissions(file, OWNER_ALONE);
        }
        else
        {
            // Made before it is written: statements hold data.
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
        }
        return file;
    }
}
