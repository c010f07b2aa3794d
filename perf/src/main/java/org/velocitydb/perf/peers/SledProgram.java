package org.velocitydb.perf.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The program in Rust that measures Sled, built by cargo where there is one.
 */
final class SledProgram
{
    private static final String NAME = "sled-bench";

    private SledProgram()
    {
    }

    /**
     * Builds the program; where nothing has changed, cargo does nothing.
     *
     * @param sourceDirectory with the program's Cargo.toml.
     * @return the executable.
     * @throws IOException          when there is no cargo, no source, or it cannot be built: the message says which.
     * @throws InterruptedException when the thread is interrupted.
     */
    static Path build(final Path sourceDirectory) throws IOException, InterruptedException
    {
        final Path manifest = sourceDirectory.resolve("Cargo.toml");
        if (!Files.exists(manifest))
        {
            throw new IOException("no source of the program for sled: file=" + manifest);
        }
        final Path target = sourceDirectory.resolve("target");
        // IOException where there is no cargo.
        final int exitCode = new ProcessBuilder(
            List.of(
                "cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest.toString(),
                "--target-dir", target.toString()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
        if (exitCode != 0)
        {
            throw new IOException("cargo could not build the program for sled: exitCode=" + exitCode);
        }
        return target.resolve("release").resolve(NAME);
    }
}
