package org.velocitydb.server.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Writes {@code velocity.toml} for tests that are not about users: one user, who may do all and whose
 * password costs next to nothing to verify.
 */
final class ServerFiles
{
    static final String USER = "tester";
    static final String PASSWORD = "correct horse";

    private static final String SALT = "salt of the test";
    private static final int HASH_LENGTH = 32;
    private static final String PHC = phc();

    private ServerFiles()
    {
    }

    /**
     * Writes a configuration.
     *
     * @param directory of the server.
     * @param sections  beside the users.
     */
    static void write(final Path directory, final String sections) throws IOException
    {
        Files.writeString(
            directory.resolve("velocity.toml"),
            sections + "\n[users]\n" + USER + " = { password = \"" + PHC + "\", role = \"admin\" }\n");
    }

    private static String phc()
    {
        final byte[] salt = SALT.getBytes(StandardCharsets.US_ASCII);
        final byte[] hash = new byte[HASH_LENGTH];
        final Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withIterations(1)
            .withMemoryAsKB(8)
            .withParallelism(1)
            .withSalt(salt)
            .build());
        generator.generateBytes(PASSWORD.getBytes(StandardCharsets.UTF_8), hash);
        final Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=8,t=1,p=1$" + encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
    }
}
