package org.velocitydb.server.node;

import org.velocitydb.server.users.AccessCounter;
import org.velocitydb.server.users.Authenticator;
import org.velocitydb.server.users.Principal;
import org.velocitydb.server.users.UserDirectory;
import org.velocitydb.transport.CloseReason;

/**
 * Gives the sessions of one event loop the rights that their users have now. Used on the loop's thread alone.
 */
final class UserChanges
{
    private final Authenticator authenticator;
    private final SessionNotices notices;
    private final Iterable<ClientState> clients;
    /** Those whose rights the sessions have. */
    private UserDirectory users;

    /** For the loop's {@code clients}, whichever there are. */
    UserChanges(
        final Authenticator authenticator, final SessionNotices notices, final Iterable<ClientState> clients)
    {
        this.clients = clients;
        this.authenticator = authenticator;
        this.notices = notices;
        users = authenticator.users();
    }

    /**
     * Where the users have changed, gives the sessions their rights, and ends those whose login no longer holds.
     *
     * @return how much that was.
     */
    int doWork()
    {
        final UserDirectory found = authenticator.users();
        if (found == users)
        {
            return 0;
        }
        users = found;
        for (final ClientState client : clients)
        {
            if (client.isLoggedIn())
            {
                takeUp(client, found.current(client.principal()));
            }
        }
        return 1;
    }

    private void takeUp(final ClientState client, final Principal user)
    {
        if (user == null)
        {
            authenticator.counters().increment(AccessCounter.SESSIONS_ENDED_BY_USER_CHANGES);
            notices.loginEnded(client);
            client.session().closeAfterFlush(CloseReason.HANDLER);
            return;
        }
        if (user.hasRightsOf(client.principal()))
        {
            client.principal(user);
        }
        else
        {
            client.rightsChanged(user);
        }
    }
}
