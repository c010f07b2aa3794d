package org.velocitydb.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.velocitydb.protocol.ErrorCode;
import org.velocitydb.protocol.Outcome;
import org.velocitydb.protocol.v2.HandshakeTranscript;

/**
 * The fingerprints of servers that were seen before, one a line: <code>host:port fingerprint</code>. Empty lines and
 * lines that begin with # mean nothing. The file is for its owner alone, and is replaced as a whole, so that a crash
 * leaves the old one or the new one.
 *
 * <p>Threads of one process take turns. Two processes that meet two new servers at the same moment may lose one of the
 * lines, whose server is then met for the first time once more.
 */
final class KnownServers
{
    private static final Object TURN = new Object();
    private static final boolean IS_POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private final Path file;

    KnownServers(final Path file)
    {
        this.file = file.toAbsolutePath();
    }

    static boolean isFingerprint(final String text)
    {
        return text.length() == HandshakeTranscript.FINGERPRINT_LENGTH &&
            text.chars().allMatch(digit -> digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f');
    }

    /**
     * Checks a fingerprint against the file, and adds it if the server is new and may be added.
     *
     * @throws FingerprintChangedException if another one is known.
     * @throws VelocityException           if the server is unknown and may not be added, or the file cannot be read.
     */
    void check(final String server, final String fingerprint, final boolean addsUnknown)
    {
        synchronized (TURN)
        {
            final List<String> lines = read();
            if (isKnown(lines, server, fingerprint))
            {
                return;
            }
            if (!addsUnknown)
            {
                throw new VelocityException(
                    ErrorCode.NOT_AUTHENTICATED, Outcome.NOT_DONE,
                    "server is not known: server=" + server + ", found=" + fingerprint + ", file=" + file +
                        "; compare with what the server prints when it starts, then add the line: " + server + " " +
                        fingerprint,
                    null);
            }
            lines.add(server + " " + fingerprint);
            replace(lines);
        }
    }

    private boolean isKnown(final List<String> lines, final String server, final String fingerprint)
    {
        boolean isKnown = false;
        for (int i = 0; i < lines.size(); i++)
        {
            final String line = lines.get(i).trim();
            if (line.isEmpty() || line.startsWith("#"))
            {
                continue;
            }
            final String[] words = line.split("\\s+");
            if (words.length != 2 || !isFingerprint(words[1]))
            {
                throw new VelocityException(
                    ErrorCode.NOT_AUTHENTICATED, Outcome.NOT_DONE,
                    "line must be host:port and 64 hexadecimal digits: file=" + file + ", line=" + (i + 1), null);
            }
            if (words[0].equals(server) && !words[1].equals(fingerprint))
            {
                throw new FingerprintChangedException(
                    server, words[1], fingerprint, file + ", line " + (i + 1),
                    "if the server was given a new key on purpose, compare the fingerprint with what the server " +
                        "prints when it starts, then remove that line");
            }
            isKnown |= words[0].equals(server);
        }
        return isKnown;
    }

    private List<String> read()
    {
        try
        {
            return new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
        }
        catch (final NoSuchFileException ignored)
        {
            return new ArrayList<>();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("known servers cannot be read: file=" + file, ex);
        }
    }

    /** Write, force, rename. */
    private void replace(final List<String> lines)
    {
        final Path temporary = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try
        {
            Files.createDirectories(file.getParent(), ownersAlone("rwx------"));
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, ownersAlone("rw-------"));
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE))
            {
                final ByteBuffer bytes = ByteBuffer.wrap(
                    (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining())
                {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("known servers cannot be written: file=" + file, ex);
        }
    }

    private static FileAttribute<?>[] ownersAlone(final String permissions)
    {
        return IS_POSIX
            ? new FileAttribute<?>[]{
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
            : new FileAttribute<?>[0];
    }
}
