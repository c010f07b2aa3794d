package org.velocitydb.protocol.v2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.Fields;
import org.velocitydb.protocol.Vector;

class VectorsTest
{
    private static final int MESSAGE_TYPE_COUNT = 20;

    private final FrameText frames = new FrameText();

    static List<Vector> vectors()
    {
        return Vector.read("v2.txt");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void shouldMakeTheBytesOfTheFields(final Vector vector)
    {
        assertEquals(Fields.hex(vector.bytes()), Fields.hex(frames.encode(vector.fields())));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void shouldMakeTheFieldsOfTheBytes(final Vector vector)
    {
        final Fields fields = new Fields();

        final Fault fault = frames.decode(vector.bytes(), fields);

        assertEquals(Fault.NONE, fault);
        assertEquals(vector.fields(), fields);
    }

    @Test
    void shouldHaveAVectorForEachTypeOfMessage()
    {
        final Set<String> types = new TreeSet<>();
        vectors().forEach(vector -> types.add(vector.fields().text("type")));

        assertEquals(MESSAGE_TYPE_COUNT, types.size(), types.toString());
    }

    @Test
    void shouldVerifyTheHandshakeOfTheVectors() throws GeneralSecurityException
    {
        final Fields hello = named("hello");
        final Fields answer = named("server-hello");
        final byte[] publicKey = answer.bytes("public-key");
        final byte[] transcript = HandshakeTranscript.bytes(
            hello.bytes("client-nonce"), answer.bytes("server-nonce"), publicKey);

        final Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(publicKey)));
        verifier.update(transcript);

        assertTrue(verifier.verify(answer.bytes("signature")));
        assertEquals(27 + 3 * 32, transcript.length);
        assertEquals(
            "a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5",
            HandshakeTranscript.fingerprint(publicKey));
    }

    @Test
    void shouldKeepNoncesAndKeyApartInTheTranscript()
    {
        final byte[] zeros = new byte[HandshakeTranscript.NONCE_LENGTH];
        final byte[] ones = zeros.clone();
        Arrays.fill(ones, (byte) 1);

        final byte[] transcript = HandshakeTranscript.bytes(zeros, ones, new byte[0]);

        assertArrayEquals(zeros, Arrays.copyOfRange(transcript, 27, 59));
        assertArrayEquals(ones, Arrays.copyOfRange(transcript, 59, 91));
    }

    private static Fields named(final String name)
    {
        return vectors().stream().filter(vector -> vector.toString().equals(name)).findFirst().orElseThrow().fields();
    }
}
