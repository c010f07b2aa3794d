package org.velocitydb.server.audit;

import java.util.List;

import org.agrona.DirectBuffer;
import org.velocitydb.journal.storage.MappedFile;
import org.velocitydb.journal.storage.Storage;

/**
 * Where a log ends that was written before, as the server finds it at start.
 *
 * @param number       of its last file, {@link AuditFileNames#NULL_NUMBER} where there is none.
 * @param isUsable     whether that file can be appended to: it begins as a file of an audit log does.
 * @param oldest       number of the oldest file that is to be there.
 * @param lengthBytes  of the last file.
 * @param intactLength of the last file up to the end of its last line that is one.
 * @param isTerminated whether that line has its newline.
 * @param tornHash     SHA-256 of all behind that and a newline, in hexadecimal; empty where there is nothing.
 * @param sequence     of the last line.
 * @param hash         of the last line.
 */
record AuditTail(
    long number,
    boolean isUsable,
    long oldest,
    long lengthBytes,
    long intactLength,
    boolean isTerminated,
    String tornHash,
    long sequence,
    String hash)
{
    private static final AuditTail NONE = new AuditTail(
        AuditFileNames.NULL_NUMBER, false, AuditFileNames.FIRST_NUMBER, 0, 0, true, "",
        AuditLineDescriptor.FIRST_SEQUENCE - 1, AuditLineDescriptor.NO_LINE_BEFORE);

    /** Of the last line that is one: a crash may have kept all of it but its newline. */
    boolean lacksNewline()
    {
        return isUsable && (isTorn() || !isTerminated);
    }

    boolean isTorn()
    {
        return intactLength < lengthBytes;
    }

    /**
     * Reads the last file. Where it has no line at all that is one, the chain goes on where the file before it ends,
     * and nothing is appended to it.
     *
     * @param storage of the log.
     * @return its end.
     */
    static AuditTail find(final Storage storage)
    {
        final List<Long> numbers = AuditFileNames.numbers(storage);
        for (int i = numbers.size() - 1; i >= 0; i--)
        {
            final AuditTail tail = read(storage, numbers.get(i));
            if (tail != null)
            {
                final long last = numbers.get(numbers.size() - 1);
                return tail.number == last
                    ? tail
                    : new AuditTail(last, false, tail.oldest, 0, 0, true, "", tail.sequence, tail.hash);
            }
        }
        return numbers.isEmpty()
            ? NONE
            : new AuditTail(
                numbers.get(numbers.size() - 1), false, AuditFileNames.FIRST_NUMBER, 0, 0, true, "",
                NONE.sequence, NONE.hash);
    }

    private static AuditTail read(final Storage storage, final long number)
    {
        try (MappedFile file = storage.map(AuditFileNames.of(number)))
        {
            final DirectBuffer bytes = file.buffer();
            final LineCursor line = new LineCursor(bytes);
            if (!line.next() || !line.isIntact() || !AuditEvents.FILE.equals(line.event()))
            {
                return null;
            }
            final long oldest = line.number(AuditEvents.OLDEST_NUMBER, AuditFileNames.FIRST_NUMBER);
            long sequence = line.sequence();
            String hash = line.hash();
            int intactLength = line.endOffset();
            boolean isTerminated = line.isTerminated();
            while (line.next() && isNext(line, sequence, hash, intactLength))
            {
                sequence = line.sequence();
                hash = line.hash();
                intactLength = line.endOffset();
                isTerminated = line.isTerminated();
            }
            return new AuditTail(
                number, true, oldest, bytes.capacity(), intactLength, isTerminated, tornHash(bytes, intactLength),
                sequence, hash);
        }
    }

    /** Bytes that an earlier start has declared torn are passed over, up to the line that says so. */
    private static boolean isNext(
        final LineCursor line, final long sequence, final String hash, final int intactLength)
    {
        boolean isThere = true;
        while (isThere && !line.isIntact())
        {
            isThere = line.next();
        }
        final boolean isBehindTorn = isThere && line.offset() > intactLength;
        return isThere && line.sequence() == sequence + 1 && hash.equals(line.previousHash()) &&
            (!isBehindTorn || TornTail.isDeclaredBy(line, intactLength));
    }

    private static String tornHash(final DirectBuffer bytes, final int intactLength)
    {
        final int length = bytes.capacity() - intactLength;
        return length == 0 ? "" : TornTail.hashOf(bytes, intactLength, length);
    }
}
