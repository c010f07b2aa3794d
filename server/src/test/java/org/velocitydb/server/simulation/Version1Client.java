package org.velocitydb.server.simulation;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

import org.velocitydb.protocol.Crc;
import org.velocitydb.protocol.Fault;
import org.velocitydb.protocol.v1.FrameDecoder;
import org.velocitydb.protocol.v1.FrameEncoder;
import org.velocitydb.protocol.v1.MessageType;
import org.velocitydb.transport.network.SimulatedNetwork;

/**
 * A client of version 1: one request at a time, on one key that nobody else writes. So it knows what it must read: what
 * it was last told is written, or what it wrote since without being told.
 */
final class Version1Client
{
    private enum Stage
    {
        DISCONNECTED, GREETING, LOGGING_IN, READY
    }

    private final String key;
    private final SimulatedNetwork network;
    private final InetSocketAddress address;
    private final SplittableRandom random;
    private final Crc crc = ClientConnection.newCrc();
    private final FrameEncoder encoder = new FrameEncoder(crc);
    private final FrameDecoder decoder = new FrameDecoder(crc, 128 * 1024 * 1024);
    private ClientConnection connection;
    private Stage stage = Stage.DISCONNECTED;
    private boolean isWaiting;
    private boolean isWrite;
    private String known = "";
    private String inDoubt;
    private long nextValue;
    private long answerCount;

    Version1Client(
        final long id, final SimulatedNetwork network, final InetSocketAddress address, final SplittableRandom random)
    {
        this.key = "solo:" + id;
        this.network = network;
        this.address = address;
        this.random = random;
    }

    long answerCount()
    {
        return answerCount;
    }

    void step()
    {
        if (stage == Stage.DISCONNECTED)
        {
            connection = ClientConnection.open(network, address);
            send(MessageType.HELLO, "");
            stage = Stage.GREETING;
        }
        if (!connection.exchange(this::onBytes))
        {
            disconnected();
        }
        else if (stage == Stage.READY && !isWaiting)
        {
            request();
        }
    }

    void disconnected()
    {
        if (connection != null)
        {
            connection.close();
            connection = null;
        }
        stage = Stage.DISCONNECTED;
        isWaiting = false;
    }

    private void request()
    {
        isWrite = inDoubt == null && random.nextBoolean();
        if (!isWrite)
        {
            send(MessageType.COMMAND, "SELECT value FROM kv WHERE key = '" + key + "'");
        }
        else if (random.nextInt(4) == 0)
        {
            inDoubt = "";
            send(MessageType.COMMAND, "DELETE FROM kv WHERE key = '" + key + "';");
        }
        else
        {
            inDoubt = "solo value " + nextValue++;
            send(MessageType.COMMAND, "INSERT INTO kv (key, value) VALUES ('" + key + "', '" + inDoubt + "')");
        }
        isWaiting = true;
    }

    private void send(final int type, final String text)
    {
        final byte[] payload = ClientConnection.bytes(text);
        final ByteBuffer output = connection.output();
        final int offset = connection.offset();
        output.put(FrameEncoder.payloadOffset(offset), payload);
        connection.commit(encoder.seal(output, offset, type, payload.length));
    }

    private int onBytes(final ByteBuffer buffer, final int offset, final int available)
    {
        final Fault fault = decoder.tryWrap(buffer, offset, available);
        if (fault == Fault.INCOMPLETE)
        {
            return 0;
        }
        ClientConnection.require(fault);
        onFrame(ClientConnection.text(buffer, decoder.payloadOffset(), decoder.payloadLength()));
        return decoder.frameLength();
    }

    private void onFrame(final String text)
    {
        switch (decoder.type())
        {
            case MessageType.SERVER_INFO :
                send(MessageType.AUTH_REQUEST, Version2Client.USER + '\0' + Version2Client.PASSWORD);
                stage = Stage.LOGGING_IN;
                break;
            case MessageType.AUTH_RESPONSE :
                Model.require("OK".equals(text), "login refused: " + text);
                stage = Stage.READY;
                break;
            case MessageType.RESPONSE :
                onResponse(text);
                break;
            default :
                // A refusal leaves what was in doubt in doubt.
                isWaiting = false;
                break;
        }
    }

    private void onResponse(final String json)
    {
        answerCount++;
        isWaiting = false;
        if (isWrite)
        {
            known = inDoubt;
            inDoubt = null;
            return;
        }
        final String found = json.contains("\"values\": [{")
            ? json.replaceAll(
                ".*\\}, \\{\"String\": \"([^\"]*)\"\\}\\].*", "$1")
            : "";
        Model.require(
            found.equals(known) || found.equals(inDoubt),
            "version 1 read what it did not write: key=" + key + ", found=" + found + ", known=" + known +
                ", inDoubt=" + inDoubt);
        known = found;
        inDoubt = null;
    }
}
