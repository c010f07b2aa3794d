package org.velocitydb.transport;

/**
 * What each event loop counts, apart from {@link CloseReason}s and {@link FrameFault}s, which have counters of their
 * own.
 */
public enum TransportCounter
{
    /** Connections accepted, refused ones included; counted by the loop that listens. */
    ACCEPTED,
    /** Connections over the limit. */
    REFUSED,
    /** Accepts that the system refused, for instance for want of file descriptors. */
    ACCEPT_FAILURES,
    /** Sessions that are open now. */
    OPEN,
    /** Whole frames handed over. */
    FRAMES_IN,
    /** Frames committed to be sent. */
    FRAMES_OUT,
    /** Bytes received. */
    BYTES_IN,
    /** Bytes sent. */
    BYTES_OUT,
    /** Times that a handler asked for a frame again. */
    RETRIES,
    /** Claims that found no room. */
    NO_ROOM,
    /** Times that reading stopped because too many answers waited. */
    OUTPUT_PRESSURE,
    /** Times that reading stopped because the pool of buffers was exhausted. */
    POOL_PRESSURE,
    /** Bytes of buffers in use now. */
    POOL_BYTES_USED,
    /** TLS handshakes that were done. */
    TLS_HANDSHAKES,
    /** Connections whose TLS failed: handshakes not done, certificates refused, records that are none. */
    TLS_FAILURES,
    /** Connections without TLS where it is required. */
    TLS_MISSING,
    /** Duty cycles. */
    CYCLES,
    /** Longest duty cycle so far, in nanoseconds. */
    LONGEST_CYCLE_NS
}
