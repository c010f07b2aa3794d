package org.velocitydb.journal;

import java.util.List;

/**
 * What a repair would do to a damaged journal, and what would be lost by it.
 *
 * @param directory    of the journal.
 * @param fromSequence first wanted sequence, as given to {@link Journal#open}.
 * @param isNeeded     false where the journal opens as it is.
 * @param isPossible   false where there is damage that cutting cannot mend.
 * @param cutPath      file that is cut, or empty.
 * @param cutOffset    where it is cut.
 * @param setAside     files that are renamed out of the way, in the order of their ids.
 * @param words        all of it in words, one line each, for the person who decides.
 */
public record RepairPlan(
    String directory,
    long fromSequence,
    boolean isNeeded,
    boolean isPossible,
    String cutPath,
    long cutOffset,
    List<String> setAside,
    List<String> words)
{
}
