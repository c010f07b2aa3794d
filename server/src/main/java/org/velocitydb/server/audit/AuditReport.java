package org.velocitydb.server.audit;

import java.util.List;

/**
 * What a verification of an audit log has found.
 *
 * @param findings      one for each thing that is wrong or deserves a word, in the order of the log; the first {@link
 *                      AuditVerifier#FINDINGS_MAX} of them.
 * @param errorCount    all that are wrong.
 * @param noteCount     all that only deserve a word.
 * @param fileCount     files that were read.
 * @param lineCount     lines that are as they were written.
 * @param firstSequence of the first of those lines, 0 where there is none.
 * @param lastSequence  of the last of them, 0 where there is none.
 * @param lastHash      of the last of them in hexadecimal, empty where there is none.
 */
public record AuditReport(
    List<String> findings,
    long errorCount,
    long noteCount,
    int fileCount,
    long lineCount,
    long firstSequence,
    long lastSequence,
    String lastHash)
{
    /**
     * Whether nothing is wrong.
     *
     * @return true where there is no error.
     */
    public boolean isIntact()
    {
        return errorCount == 0;
    }
}
