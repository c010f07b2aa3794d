package org.velocitydb.perf.load;

import java.nio.ByteBuffer;

/**
 * What is asked, and what counts as an answer. Owned by the generator's thread; allocation-free.
 */
interface Workload
{
    /**
     * How the workload is called in the report.
     *
     * @return a word or two.
     */
    String title();

    /**
     * Longest request.
     *
     * @return bytes.
     */
    int requestLengthMax();

    /**
     * Writes the next request.
     *
     * @param buffer        little-endian.
     * @param offset        where it begins.
     * @param correlationId what its answer is known by.
     * @return offset after it.
     */
    int putRequest(ByteBuffer buffer, int offset, long correlationId);

    /**
     * Looks for a whole answer.
     *
     * @param buffer    little-endian.
     * @param offset    where the answer begins.
     * @param available bytes from there.
     * @return its length, or 0 while it is not whole.
     * @throws LoadException when it is not the answer that was hoped for.
     */
    int tryTakeAnswer(ByteBuffer buffer, int offset, int available);

    /**
     * Which request the answer that was taken last belongs to.
     *
     * @param expectedId of the oldest request that waits on this connection.
     * @return the correlation id.
     */
    long answeredId(long expectedId);
}
