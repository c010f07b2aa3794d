package org.velocitydb.perf.load;

/** What a stranger of a {@link StrangerFlood} does once it is connected. */
enum FloodKind
{
    /** Nothing: what connections alone cost both sides, to be taken off the others. */
    CONNECT(1),
    /** Asks who the server is, which has it sign something. */
    HELLO(1),
    /** Logs in as nobody, with a password that takes 64 MiB to verify. */
    LOGIN(1),
    /** Sends the first message of a TLS handshake, the same each time, and reads nothing of the answer. */
    TLS_BEGUN(1),
    /** Goes through the TLS handshake and sends nothing then; costs this side as much as the server. */
    TLS_COMPLETED(8);

    private final int threadCount;

    FloodKind(final int threadCount)
    {
        this.threadCount = threadCount;
    }

    /** Threads that come to the rate although each waits for the server's answers. */
    int threadCount()
    {
        return threadCount;
    }
}
