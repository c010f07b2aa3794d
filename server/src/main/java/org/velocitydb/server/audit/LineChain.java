package org.velocitydb.server.audit;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Gives lines their sequence and their place in the chain of hashes. Owned by the audit agent; allocation-free but for
 * the time, once a second.
 */
final class LineChain
{
    private final MessageDigest digest = AuditLineDescriptor.newDigest();
    private final LineTime time = new LineTime();
    private final byte[] previousHash = new byte[AuditLineDescriptor.HASH_LENGTH];
    private long nextSequence;
    private int lineOffset;

    /**
     * Goes on where a log ends.
     *
     * @param lastSequence of its last line.
     * @param lastHash     of its last line, in hexadecimal.
     */
    void resume(final long lastSequence, final String lastHash)
    {
        nextSequence = lastSequence + 1;
        final byte[] hash = HexFormat.of().parseHex(lastHash);
        System.arraycopy(hash, 0, previousHash, 0, hash.length);
    }

    long nextSequence()
    {
        return nextSequence;
    }

    LineBuffer begin(final LineBuffer line, final long epochMs, final String event)
    {
        lineOffset = line.length();
        line.raw(AuditLineDescriptor.SEQUENCE).number(nextSequence).raw(",\"time\":\"");
        time.put(line, epochMs);
        return line.raw("\",\"event\":\"").raw(event).raw("\"");
    }

    void end(final LineBuffer line)
    {
        line.raw(AuditLineDescriptor.PREVIOUS).hex(previousHash, previousHash.length).raw("\"");
        digest.update(line.bytes(), lineOffset, line.length() - lineOffset);
        try
        {
            digest.digest(previousHash, 0, previousHash.length);
        }
        catch (final DigestException ex)
        {
            throw new IllegalStateException("a SHA-256 has 32 bytes", ex);
        }
        nextSequence++;
        line.raw(AuditLineDescriptor.HASH).hex(previousHash, previousHash.length)
            .raw(AuditLineDescriptor.END).raw("\n");
    }
}
