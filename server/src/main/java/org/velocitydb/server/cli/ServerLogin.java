package org.velocitydb.server.cli;

import java.util.Arrays;

/**
 * Which server, and who logs in there.
 *
 * @param server             where it is.
 * @param userName           who.
 * @param password           wiped by whoever made this, once it has been used.
 * @param isPlaintextAllowed whether the password may travel in clear to another machine.
 * @param trust              how the server is known.
 */
record ServerLogin(
    ServerAddress server, String userName, char[] password, boolean isPlaintextAllowed, ServerTrust trust)
{
    void wipe()
    {
        Arrays.fill(password, '\0');
    }

    @Override
    public String toString()
    {
        return userName + " at " + server;
    }
}
