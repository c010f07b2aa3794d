package org.velocitydb.server.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.velocitydb.server.toml.TomlDocument;
import org.velocitydb.server.toml.TomlException;
import org.velocitydb.server.toml.TomlProblem;

class UserFileTest
{
    private static final Argon2Phc OLD = Argon2Phc.unmatchable(new SecureRandom());
    private static final Argon2Phc NEW = Argon2Phc.unmatchable(new SecureRandom());

    @TempDir
    private Path directory;

    @Test
    void shouldMakeTheFileForItsOwnerAlone() throws IOException
    {
        final Path file = directory.resolve("velocity.toml");

        assertFalse(new UserFile(file).put("alice", NEW));

        assertEquals("[users]\nalice = \"" + NEW.format() + "\"\n", Files.readString(file));
        assertEquals("rw-------", permissions(file));
        assertOneFileLeft();
    }

    @Test
    void shouldKeepThePermissionsOfAFileThatWasThere() throws IOException
    {
        final Path file = Files.writeString(directory.resolve("velocity.toml"), "# mine\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        new UserFile(file).put("alice", NEW);

        assertEquals("rw-r-----", permissions(file));
    }

    @Test
    void shouldReplaceTheFileBehindASymbolicLink() throws IOException
    {
        final Path real = Files.writeString(directory.resolve("real.toml"), "");
        final Path link = Files.createSymbolicLink(directory.resolve("velocity.toml"), real);

        new UserFile(link).put("alice", NEW);

        assertTrue(Files.isSymbolicLink(link));
        assertTrue(Files.readString(real).contains("alice"));
    }

    @Test
    void shouldReplaceOneValueAndKeepTheCommentBesideIt() throws IOException
    {
        assertEdit(true, "alice",
            "# top\n[users] # all\n  alice   =   'OLD'   # the first\nbob = \"OLD\"\n\n[server]\nbind = \"a:1\"",
            "# top\n[users] # all\n  alice   =   \"NEW\"   # the first\nbob = \"OLD\"\n\n[server]\nbind = \"a:1\"");
    }

    @Test
    void shouldAddBelowTheLastUserOfASectionInTheMiddle() throws IOException
    {
        assertEdit(false, "carol",
            "[server]\n\n[users]\n# first\nalice = \"OLD\" # a\n\n# trailing\n[database]\ncache_size = 1\n",
            "[server]\n\n[users]\n# first\nalice = \"OLD\" # a\ncarol = \"NEW\"\n\n# trailing\n[database]\n" +
                "cache_size = 1\n");
    }

    @Test
    void shouldAddBelowTheHeaderOfAnEmptySection() throws IOException
    {
        assertEdit(false, "alice", "[users] # none\n[server]\n", "[users] # none\nalice = \"NEW\"\n[server]\n");
    }

    @Test
    void shouldAddWhereTheLastLineHasNoEnd() throws IOException
    {
        assertEdit(false, "bob", "[users]\nalice = \"OLD\"", "[users]\nalice = \"OLD\"\nbob = \"NEW\"\n");
        assertEdit(false, "bob", "[users]", "[users]\nbob = \"NEW\"\n");
        assertEdit(false, "bob", "[server]", "[server]\n\n[users]\nbob = \"NEW\"\n");
    }

    @Test
    void shouldAppendTheSectionWhereThereIsNone() throws IOException
    {
        assertEdit(false, "bob", "[server]\nbind = \"a:1\"\n", "[server]\nbind = \"a:1\"\n\n[users]\nbob = \"NEW\"\n");
    }

    @Test
    void shouldKeepCarriageReturns() throws IOException
    {
        assertEdit(false, "bob", "[users]\r\nalice = \"OLD\"\r\n# end\r\n",
            "[users]\r\nalice = \"OLD\"\r\nbob = \"NEW\"\r\n# end\r\n");
        assertEdit(true, "alice", "[users]\r\nalice = \"OLD\"\r\n", "[users]\r\nalice = \"NEW\"\r\n");
        assertEdit(false, "bob", "# x\r\n", "# x\r\n\r\n[users]\r\nbob = \"NEW\"\r\n");
    }

    @Test
    void shouldKeepTheIndentationOfTheLineAbove() throws IOException
    {
        assertEdit(false, "bob", "[users]\n\talice = \"OLD\"\n", "[users]\n\talice = \"OLD\"\n\tbob = \"NEW\"\n");
    }

    @Test
    void shouldFindUsersWrittenWithDotsAndQuotes() throws IOException
    {
        assertEdit(true, "alice", "users.\"alice\" = \"OLD\"\n[server]\n", "users.\"alice\" = \"NEW\"\n[server]\n");
        assertEdit(true, "alice", "\"users\" . 'alice' = \"OLD\"\n", "\"users\" . 'alice' = \"NEW\"\n");
        assertEdit(true, "a.b", "[ users ]\n\"a.b\" = \"OLD\"\n", "[ users ]\n\"a.b\" = \"NEW\"\n");
        assertEdit(true, "é", "[users]\n\"\\u00e9\" = \"OLD\"\n", "[users]\n\"\\u00e9\" = \"NEW\"\n");
    }

    @Test
    void shouldAddADottedKeyWhereTheOthersAreDotted() throws IOException
    {
        assertEdit(false, "bob", "users.alice = \"OLD\"\n[server]\n",
            "users.alice = \"OLD\"\nusers.bob = \"NEW\"\n[server]\n");
    }

    @Test
    void shouldNotBeFooledByTextThatLooksLikeASection() throws IOException
    {
        assertEdit(false, "bob",
            "[server]\ndata_dir = '''\n[users]\nalice = \"x\"\n'''\n# [users]\n",
            "[server]\ndata_dir = '''\n[users]\nalice = \"x\"\n'''\n# [users]\n\n[users]\nbob = \"NEW\"\n");
    }

    @Test
    void shouldReplaceAValueOverSeveralLines() throws IOException
    {
        assertEdit(true, "alice", "[users]\nalice = \"\"\"\nOLD\"\"\" # c\nbob = \"OLD\"\n",
            "[users]\nalice = \"NEW\" # c\nbob = \"OLD\"\n");
    }

    @Test
    void shouldKeepAByteOrderMark() throws IOException
    {
        assertEdit(false, "bob", "\uFEFF[users]\n", "\uFEFF[users]\nbob = \"NEW\"\n");
    }

    @Test
    void shouldLeaveAFileAloneThatItDoesNotUnderstand() throws IOException
    {
        assertRefused("[users\nalice = \"OLD\"\n");
        assertRefused("users = { alice = \"OLD\" }\n");
        assertRefused("[[users]]\n");
        assertRefused("[users]\nalice = \"OLD\"\nalice = \"OLD\"\n");
        assertRefused("[users.deep]\nalice = \"OLD\"\n");
    }

    @Test
    void shouldKeepWhatAUserMayDoWhenItsPasswordChanges() throws IOException
    {
        assertEdit(true, "alice",
            "[users]\nalice = { role = 'read', scopes = ['kv:a', 'orders:'], password = 'OLD' } # r\n",
            "[users]\nalice = { password = \"NEW\", role = \"read\", scopes = [\"kv:a\", \"orders:\"] } # r\n");
        assertEdit(true, "alice", "[users]\nalice = { password = 'OLD', disabled = true }\n",
            "[users]\nalice = { password = \"NEW\", role = \"write\", disabled = true }\n");
        assertEdit(true, "admin", "[users]\nadmin = { password = 'OLD', role = 'read' }\n",
            "[users]\nadmin = { password = \"NEW\", role = \"read\" }\n");
    }

    @Test
    void shouldChangeWhatAUserMayDoAndKeepItsPassword() throws IOException
    {
        final Path file = directory.resolve("velocity.toml");
        final UserFile users = new UserFile(file);
        users.put("alice", OLD);
        users.put("alice", null, Role.READ, List.of(Scope.parse("kv:\"\\")));
        assertEquals("[users]\nalice = { password = \"" + OLD.format() +
            "\", role = \"read\", scopes = [\"kv:\\\"\\\\\"] }\n", Files.readString(file));
        users.put("alice", null, null, List.of(Scope.parse("kv:b")));
        assertEquals("alice (read kv:b)", read(file).principal("alice").toString());
        assertThrows(IllegalArgumentException.class, () -> users.put("alice", null, Role.ADMIN, null));
        users.put("alice", null, Role.WRITE, List.of());
        assertEquals("[users]\nalice = \"" + OLD.format() + "\"\n", Files.readString(file));
        assertThrows(IllegalArgumentException.class, () -> users.put("bob", null, Role.READ, null));
    }

    @Test
    void shouldNotGuessWhatALineAllowedThatItCannotRead() throws IOException
    {
        for (final String line : List.of("{ password = \"x\", role = \"read\" }", "{ role = \"read\" }", "1"))
        {
            final Path file = Files.writeString(directory.resolve("velocity.toml"), "[users]\nalice = " + line + "\n");
            assertThrows(TomlException.class, () -> new UserFile(file).put("alice", NEW), line);
        }
    }

    @Test
    void shouldDropALineAndNothingElse() throws IOException
    {
        assertDropped("alice", "[users] # u\nalice = \"OLD\" # a\nbob = \"OLD\"\n", "[users] # u\nbob = \"OLD\"\n");
        assertDropped("alice", "[users]\nalice = \"\"\"\nOLD\"\"\" # a\n# b\n", "[users]\n# b\n");
        assertDropped("alice", "[users]\r\n  alice = \"OLD\"", "[users]\r\n");
        assertDropped("alice", "\uFEFFusers.alice = \"OLD\"\n[server]\n", "\uFEFF[server]\n");
        assertDropped("a.b", "[users]\n\"a.b\" = { password = \"OLD\" }\nbob = \"OLD\"\n", "[users]\nbob = \"OLD\"\n");
    }

    @Test
    void shouldSayThatThereIsNobodyToDrop() throws IOException
    {
        final Path file = directory.resolve("velocity.toml");
        assertFalse(new UserFile(file).remove("alice"));
        assertFalse(new UserFile(file).replace("alice", NEW));
        assertFalse(Files.exists(file));
        new UserFile(file).put("alice", OLD);
        assertFalse(new UserFile(file).remove("bob"));
        assertTrue(new UserFile(file).contains("alice"));
        assertOneFileLeft();
    }

    /** Threads stand for processes here; that processes do not disturb each other either has a test of its own. */
    @Test
    void shouldLoseNobodyWhenManyAddAndDropUsersAtOnce() throws Exception
    {
        final Path file = directory.resolve("velocity.toml");
        final List<Thread> threads = new ArrayList<>();
        final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++)
        {
            final String name = "user" + i;
            threads.add(new Thread(() ->
            {
                try
                {
                    for (int j = 0; j < 10; j++)
                    {
                        new UserFile(file).put(name + j, NEW);
                        assertTrue(new UserFile(file).remove(name + j));
                    }
                    new UserFile(file).put(name, NEW);
                }
                catch (final IOException | RuntimeException | AssertionError ex)
                {
                    failures.add(ex);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads)
        {
            thread.join();
        }

        assertEquals(List.of(), failures);
        assertEquals(Set.of("user0", "user1", "user2", "user3"), read(file).names());
        assertOneFileLeft();
    }

    private static UserDirectory read(final Path file) throws IOException
    {
        final List<TomlProblem> errors = new ArrayList<>();
        final UserDirectory users = UserSection.read(
            TomlDocument.parse("f", Files.readAllBytes(file)), errors, errors);
        assertEquals(List.of(), errors);
        return users;
    }

    private void assertDropped(final String name, final String before, final String after) throws IOException
    {
        final Path file = Files.writeString(directory.resolve("velocity.toml"), before.replace("OLD", OLD.format()));

        assertTrue(new UserFile(file).remove(name));

        assertEquals(after.replace("OLD", OLD.format()), Files.readString(file));
        assertOneFileLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a\nb", "a\u0000b", "a\u0085b", "a\u2028b", "\uD800" })
    void shouldRefuseNamesThatNoLineCanHold(final String name)
    {
        final Path file = directory.resolve("velocity.toml");

        assertThrows(IllegalArgumentException.class, () -> new UserFile(file).put(name, NEW));
        assertFalse(Files.exists(file));
    }

    @Test
    void shouldCountTheLengthOfNamesInBytes()
    {
        assertEquals("é".repeat(32), UserName.check("é".repeat(32)));
        assertThrows(IllegalArgumentException.class, () -> UserName.check("é".repeat(32) + "x"));
    }

    /**
     * Files put together from pieces at random, with users added in any order and names that need every kind of
     * quoting: after each step the file reads back as what a map says, and all that was in it before is still in it, in
     * order.
     */
    @Test
    void shouldAgreeWithAMapOnFilesMadeAtRandom()
    {
        final long seed = new SecureRandom().nextLong();
        final Random random = new Random(seed);
        for (int run = 0; run < 500; run++)
        {
            final String before = randomFile(random);
            String text = before;
            final List<String> names = new ArrayList<>();
            for (int i = 0; i < 6; i++)
            {
                names.add(randomName(random));

                text = UserFile.edited(TomlDocument.parse("f", text), names.get(i), i % 2 == 0 ? OLD : NEW);

                assertUsers(seed, text, names);
            }
            assertTrue(isSubsequence(before.lines().toList(), text.lines().toList()), "seed=" + seed);
        }
    }

    private static String randomFile(final Random random)
    {
        final String[] pieces = {
            "[server] # [users]\nbind = \"127.0.0.1:1\"\n", "[users]\n# nobody = \"x\"\n",
            "[database]\ncache_size = 5\n" };
        final StringBuilder text = new StringBuilder(random.nextBoolean() ? "# head\n\n" : "");
        final int from = random.nextInt(pieces.length);
        for (int i = 0; i < random.nextInt(pieces.length + 1); i++)
        {
            text.append(pieces[(from + i) % pieces.length]).append(random.nextBoolean() ? "\n" : "");
        }
        final String lines = random.nextBoolean() ? text.toString().stripTrailing() : text.toString();
        return random.nextBoolean() ? lines.replace("\n", "\r\n") : lines;
    }

    private static String randomName(final Random random)
    {
        final String letters = "ab.\"\\'é #=[]-_$";
        final StringBuilder name = new StringBuilder();
        for (int i = 0; i <= random.nextInt(3); i++)
        {
            name.append(letters.charAt(random.nextInt(letters.length())));
        }
        return name.toString();
    }

    private static void assertUsers(final long seed, final String text, final List<String> names)
    {
        final List<TomlProblem> errors = new ArrayList<>();
        final TomlDocument document = TomlDocument.parse("f", text);
        final UserDirectory users = UserSection.read(document, errors, errors);
        assertEquals(List.of(), document.problems(), () -> "seed=" + seed);
        assertEquals(List.of(), errors, () -> "seed=" + seed);
        assertEquals(names.stream().sorted().distinct().toList(), List.copyOf(users.names()), () -> "seed=" + seed);
    }

    private static boolean isSubsequence(final List<String> part, final List<String> whole)
    {
        int found = 0;
        for (final String line : whole)
        {
            found += found < part.size() && part.get(found).equals(line) ? 1 : 0;
        }
        return found == part.size();
    }

    private void assertEdit(final boolean isReplaced, final String name, final String before, final String after)
        throws IOException
    {
        final Path file = Files.writeString(directory.resolve("velocity.toml"), before.replace("OLD", OLD.format()));

        assertEquals(isReplaced, new UserFile(file).put(name, NEW));

        assertEquals(after.replace("OLD", OLD.format()).replace("NEW", NEW.format()), Files.readString(file));
        assertOneFileLeft();
    }

    private void assertRefused(final String before) throws IOException
    {
        final Path file = Files.writeString(directory.resolve("velocity.toml"), before);

        assertThrows(TomlException.class, () -> new UserFile(file).put("bob", NEW), before);

        assertEquals(before, Files.readString(file));
    }

    private void assertOneFileLeft() throws IOException
    {
        try (Stream<Path> files = Files.list(directory))
        {
            assertEquals(1, files.count());
        }
    }

    private static String permissions(final Path file) throws IOException
    {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
