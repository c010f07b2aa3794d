package org.velocitydb.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.velocitydb.journal.storage.Finding;

/**
 * Collects findings up to a bound, and counts them all: a store that lies about every entry must not need memory for
 * every entry.
 */
final class FindingList implements Consumer<Finding>
{
    private final int countMax;
    private final List<Finding> findings = new ArrayList<>();
    private long errorCount;
    private long noteCount;

    FindingList(final int countMax)
    {
        this.countMax = countMax;
    }

    @Override
    public void accept(final Finding finding)
    {
        if (finding.isError())
        {
            errorCount++;
        }
        else
        {
            noteCount++;
        }
        if (findings.size() < countMax)
        {
            findings.add(finding);
        }
    }

    List<Finding> findings()
    {
        return List.copyOf(findings);
    }

    long errorCount()
    {
        return errorCount;
    }

    long noteCount()
    {
        return noteCount;
    }
}
