package org.velocitydb.server.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Argon2PhcTest
{
    private final SecureRandom random = new SecureRandom();

    /** From the reference implementation's own tests (phc-winner-argon2, src/test.c), version 0x13, Argon2id. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "password $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "password $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "differentpassword $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94" })
    void shouldAgreeWithTheReferenceImplementation(final String password, final String text)
    {
        final Argon2Phc phc = Argon2Phc.parse(text);

        assertTrue(phc.matches(bytes(password)));
        assertEquals(text, phc.format());
    }

    @Test
    void shouldMatchTheHashedPasswordAndNoOther()
    {
        final Argon2Phc phc = Argon2Phc.parse(Argon2Phc.hash(bytes("pässword"), random, 64, 1, 1).format());

        assertTrue(phc.matches(bytes("pässword")));
        assertFalse(phc.matches(bytes("password")));
        assertFalse(phc.matches(bytes("")));
    }

    @Test
    void shouldUseTheDocumentedParametersAndANewSaltForEachHash()
    {
        final String first = Argon2Phc.hash(bytes("secret123"), random).format();
        final String second = Argon2Phc.hash(bytes("secret123"), random).format();

        assertTrue(first.startsWith("$argon2id$v=19$m=65536,t=3,p=4$"), first);
        assertNotEquals(first, second);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 129 })
    void shouldRefuseToHashPasswordsThatNobodyCouldSend(final int length)
    {
        assertThrows(IllegalArgumentException.class, () -> Argon2Phc.hash(new byte[length], random, 64, 1, 1));
    }

    @Test
    void shouldKnowPlaceholdersAndNothingElseAsSuch()
    {
        assertTrue(Argon2Phc.isPlaceholder("$argon2id$v=19$m=65536,t=3,p=4$..."));
        assertFalse(Argon2Phc.isPlaceholder("$argon2id$v=19$m=65536,t=3,p=4$...."));
        assertFalse(Argon2Phc.isPlaceholder("$argon2id$v=19$m=65536,t=3,p=4$"));
        assertFalse(Argon2Phc.isPlaceholder("..."));
    }

    @Test
    void shouldNotShowTheHashWhenPrinted()
    {
        assertEquals("argon2id m=64,t=1,p=1", Argon2Phc.hash(bytes("x"), random, 64, 1, 1).toString());
    }

    @Test
    void shouldNotTryAHashThatTheHeapCannotHold()
    {
        final Argon2Verifier verifier = new Argon2Verifier(1024 * 1024);
        final Argon2Phc phc = Argon2Phc.unmatchable(random);

        assertThrows(IllegalStateException.class, () -> verifier.matches(phc, bytes("x")));
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
