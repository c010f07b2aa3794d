package org.velocitydb.server.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import org.velocitydb.engine.command.CommandResults;
import org.velocitydb.server.resp.RespWriter;

/**
 * What a connection that speaks the Redis protocol has of its own. Owned by its event loop.
 */
final class RespState
{
    /** Keys that one connection may watch. */
    static final int WATCH_COUNT_MAX = 1024;
    /** Bytes that those keys may have together. */
    static final int WATCH_BYTES_MAX = 512 * 1024;

    /**
     * A key as it was when it was watched.
     *
     * @param keyspace of the key.
     * @param key      its bytes.
     * @param version  0 where it was absent.
     */
    record Watched(int keyspace, byte[] key, long version)
    {
    }

    private static final class Held
    {
        private final byte[] bytes;
        private final CommandResults results;
        private int sentLength;

        Held(final byte[] bytes, final CommandResults results)
        {
            this.bytes = bytes;
            this.results = results;
        }
    }

    private int version = RespWriter.VERSION_2;
    private int versionAsked = RespWriter.VERSION_2;
    private String name = "";
    private String nameAsked;
    private String libraryName = "";
    private String libraryVersion = "";
    private String lastCommand = "";
    private long requestCount;
    private boolean isHelloPending;
    private boolean wasLoggedIn;
    private boolean isWaiting;
    private RespTransaction transaction;
    private final List<Watched> watched = new ArrayList<>(0);
    private int watchedBytes;
    /** Plans of the transactions that are under way. */
    private final ArrayDeque<List<RespPlan>> executing = new ArrayDeque<>(1);
    /** Answers for which there was no room yet; empty, mostly. */
    private final ArrayDeque<Held> backlog = new ArrayDeque<>(1);

    int version()
    {
        return version;
    }

    void version(final int protocolVersion)
    {
        version = protocolVersion;
    }

    String name()
    {
        return name;
    }

    void name(final String value)
    {
        name = value;
    }

    String libraryName()
    {
        return libraryName;
    }

    void libraryName(final String value)
    {
        libraryName = value;
    }

    String libraryVersion()
    {
        return libraryVersion;
    }

    void libraryVersion(final String value)
    {
        libraryVersion = value;
    }

    String lastCommand()
    {
        return lastCommand;
    }

    void lastCommand(final String value)
    {
        lastCommand = value;
    }

    /** A number that no other request of this connection has. */
    long nextRequest()
    {
        return ++requestCount;
    }

    // --- logging in ---

    /** A login is under way, by HELLO or AUTH. */
    void loginAsked(final boolean isHello, final int protocolVersion, final String clientName)
    {
        isHelloPending = isHello;
        versionAsked = protocolVersion;
        nameAsked = clientName;
    }

    boolean isHelloPending()
    {
        return isHelloPending;
    }

    /** What HELLO asked for holds from now on. */
    void takeUpHello()
    {
        isHelloPending = false;
        version = versionAsked;
        name = nameAsked == null ? name : nameAsked;
    }

    /** Whether somebody is logged in while another login is under way. */
    void wasLoggedIn(final boolean value)
    {
        wasLoggedIn = value;
    }

    boolean wasLoggedIn()
    {
        return wasLoggedIn;
    }

    void loginRefused()
    {
        isHelloPending = false;
    }

    // --- waiting ---

    /** No request is taken before all answers that are owed have been given. */
    void isWaiting(final boolean value)
    {
        isWaiting = value;
    }

    boolean isWaiting()
    {
        return isWaiting;
    }

    // --- transactions ---

    RespTransaction transaction()
    {
        return transaction;
    }

    void transaction(final RespTransaction value)
    {
        transaction = value;
    }

    /** What was queued was allowed by rights that are gone, so none of it will be done. */
    void rightsChanged()
    {
        if (transaction != null)
        {
            transaction.spoil();
        }
    }

    /** To be changed by {@link #tryWatch} and {@link #unwatch} alone. */
    List<Watched> watched()
    {
        return watched;
    }

    /**
     * Watches a key.
     *
     * @param key as it is now.
     * @return false where that would be too many keys, or too long ones.
     */
    boolean tryWatch(final Watched key)
    {
        if (watched.size() == WATCH_COUNT_MAX || watchedBytes + key.key().length > WATCH_BYTES_MAX)
        {
            return false;
        }
        watchedBytes += key.key().length;
        watched.add(key);
        return true;
    }

    void unwatch()
    {
        watched.clear();
        watchedBytes = 0;
    }

    ArrayDeque<List<RespPlan>> executing()
    {
        return executing;
    }

    // --- answers that wait ---

    boolean hasBacklog()
    {
        return !backlog.isEmpty();
    }

    void hold(final byte[] bytes, final CommandResults results)
    {
        backlog.addLast(new Held(bytes, results));
    }

    /**
     * Sends what there is room for.
     *
     * @return whether any of it was sent.
     */
    boolean sendBacklog(final RespReplies replies, final ClientState client)
    {
        boolean hasSent = false;
        for (Held held = backlog.peekFirst(); held != null; held = backlog.peekFirst())
        {
            final int sent = replies.send(
                client.session(), held.bytes, held.sentLength, held.bytes.length - held.sentLength);
            held.sentLength += sent;
            hasSent |= sent > 0;
            if (held.sentLength < held.bytes.length)
            {
                return hasSent;
            }
            release(backlog.pollFirst());
        }
        return hasSent;
    }

    private static void release(final Held held)
    {
        if (held.results != null)
        {
            held.results.release();
        }
    }

    /** The connection is gone. */
    void close()
    {
        backlog.forEach(RespState::release);
        backlog.clear();
        if (transaction != null)
        {
            transaction.close();
            transaction = null;
        }
    }
}
