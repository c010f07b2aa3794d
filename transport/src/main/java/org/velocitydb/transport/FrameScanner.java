package org.velocitydb.transport;

import java.nio.ByteBuffer;

/**
 * Finds where the frames of another protocol end, for the sessions that came in at {@link
 * TransportContext#scannedBindAddress()}. There is one for each event loop, used on its thread alone; what it has to
 * remember of a frame that has come in part it keeps in the session's {@link ScanProgress}, so that no byte is looked
 * at twice however slowly they come.
 */
public interface FrameScanner
{
    /** More bytes are needed; {@link ScanProgress#neededLength(int)} says how many. */
    int INCOMPLETE = 0;

    /**
     * What {@link Session#protocolVersion()} says of the sessions whose frames are found by this.
     *
     * @return other than 1, 2 and {@link Session#NULL_VERSION}.
     */
    int protocolVersion();

    /**
     * Looks on from where it stopped in the same frame.
     *
     * @param buffer     to be used with absolute offsets.
     * @param offset     of the frame's first byte.
     * @param available  bytes from there, 1 or more.
     * @param frameLimit longest frame allowed.
     * @param progress   of this session in this frame; to be reset when the frame is whole.
     * @return the length of the whole frame, {@link #INCOMPLETE} with a needed length of more than is available, or a
     *         {@link #fault(FrameFault)}.
     */
    int scan(ByteBuffer buffer, int offset, int available, int frameLimit, ScanProgress progress);

    /**
     * How {@link #scan} says that there is no frame.
     *
     * @param fault what is wrong.
     * @return a number less than 0.
     */
    static int fault(final FrameFault fault)
    {
        return FrameVerifier.faulty(fault);
    }
}
