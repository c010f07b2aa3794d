package org.velocitydb.client.aeron;

import java.nio.file.Path;

import org.velocitydb.protocol.aeron.AeronDefaults;

/**
 * Where a server is.
 *
 * @param text      as it was written.
 * @param endpoint  host and port over UDP, or null over IPC.
 * @param directory of the media driver, or null for one in this process.
 * @param streamId  of the requests.
 */
record AeronAddress(String text, String endpoint, Path directory, int streamId)
{
    private static final String IPC = "aeron:ipc";
    private static final String UDP = "aeron:udp";
    private static final String ALLOWED = "; allowed: aeron:ipc and aeron:udp?endpoint=HOST:PORT," +
        " with dir=DIRECTORY and stream=NUMBER, separated by |";

    static AeronAddress parse(final String address)
    {
        final int question = address.indexOf('?');
        final String media = question < 0 ? address : address.substring(0, question);
        if (!media.equals(IPC) && !media.equals(UDP))
        {
            throw refused(address, "neither ipc nor udp");
        }
        String endpoint = null;
        Path directory = null;
        int streamId = AeronDefaults.STREAM_ID;
        for (final String parameter : question < 0 ? new String[0] : address.substring(question + 1).split("\\|", -1))
        {
            final int equals = parameter.indexOf('=');
            final String value = parameter.substring(equals + 1);
            switch (parameter.substring(0, Math.max(0, equals)))
            {
                case "endpoint" -> endpoint = endpoint(address, value);
                case "dir" -> directory = Path.of(value);
                case "stream" -> streamId = streamId(address, value);
                default -> throw refused(address, "unknown parameter: " + parameter);
            }
        }
        if (media.equals(UDP) != (endpoint != null))
        {
            throw refused(address, endpoint == null ? "no endpoint" : "an endpoint over IPC");
        }
        final boolean isDefault = directory == null && endpoint == null;
        return new AeronAddress(address, endpoint, isDefault ? AeronDefaults.directory() : directory, streamId);
    }

    boolean isIpc()
    {
        return endpoint == null;
    }

    private static String endpoint(final String address, final String value)
    {
        final int colon = value.lastIndexOf(':');
        if (colon < 1 || number(value.substring(colon + 1)) < 1 || number(value.substring(colon + 1)) > 0xFFFF)
        {
            throw refused(address, "endpoint is not HOST:PORT");
        }
        return value;
    }

    private static int streamId(final String address, final String value)
    {
        final long number = number(value);
        if (number < 1 || number > Integer.MAX_VALUE)
        {
            throw refused(address, "stream is not 1 to " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    private static long number(final String digits)
    {
        try
        {
            return Long.parseLong(digits);
        }
        catch (final NumberFormatException ignored)
        {
            return -1;
        }
    }

    private static IllegalArgumentException refused(final String address, final String reason)
    {
        return new IllegalArgumentException("not an address: " + address + ", " + reason + ALLOWED);
    }
}
