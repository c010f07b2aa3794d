package org.velocitydb.server.audit;

import java.util.ArrayList;
import java.util.List;

import org.velocitydb.journal.Counted;
import org.velocitydb.journal.storage.MappedFile;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * Reads the files of an audit log one after the other and says which lines were changed, removed, put in or moved, and
 * which files are missing. It changes nothing and asks for no lock: beside a running server the last line may look
 * unfinished. Used once, by one thread.
 *
 * <p>What it cannot see from the files alone is that lines are missing at the end, and that somebody who could write
 * the files has written all of them anew from some line on. Against both helps a sequence and a hash that were noted
 * earlier ({@link #expect}).
 */
public final class AuditVerifier
{
    /** Findings that are told; the others are counted. */
    public static final int FINDINGS_MAX = 100;

    private final List<String> findings = new ArrayList<>();
    private long errorCount;
    private long noteCount;
    private int fileCount;
    private long lineCount;
    private long firstSequence;
    private long expectedSequence;
    private String expectedHash = "";
    private boolean isExpectedFound;

    private String fileName = "";
    private long fileNumber;
    private long oldestTold = AuditFileNames.NULL_NUMBER;
    private long firstFileNumber = AuditFileNames.NULL_NUMBER;

    /** Of the last line that is as it was written. */
    private long lastSequence;
    private String lastHash = "";
    /** Whether the next line is to follow on that one; not behind lines that were changed, which has been told. */
    private boolean isChained;

    /** Lines of the present file that are none, and of which nobody has said yet that a crash left them. */
    private long suspectCount;
    private long suspectLine;
    private int suspectOffset;
    /** What is wrong with the end of the last file, if another one follows; null where nothing is. */
    private String unfinished;

    /**
     * Nothing read yet.
     */
    public AuditVerifier()
    {
        // Everything is said by verify.
    }

    /**
     * Says which line must be there.
     *
     * @param sequence of a line that is known from earlier.
     * @param hash     of that line, in hexadecimal.
     * @return this.
     */
    public AuditVerifier expect(final long sequence, final String hash)
    {
        expectedSequence = sequence;
        expectedHash = hash;
        return this;
    }

    /**
     * Reads a whole log.
     *
     * @param storage directory of the log.
     * @return what was found.
     * @throws StorageException where a file cannot be read.
     */
    public AuditReport verify(final Storage storage)
    {
        for (final long number : AuditFileNames.numbers(storage))
        {
            read(storage, AuditFileNames.of(number), number);
        }
        if (oldestTold != AuditFileNames.NULL_NUMBER && firstFileNumber > oldestTold)
        {
            error(fileName + ": says that files are kept from " + AuditFileNames.of(oldestTold) +
                " on, and those before " + AuditFileNames.of(firstFileNumber) + " are missing");
        }
        return report();
    }

    /**
     * Reads some files of a log, in the order of their numbers, as far as they belong together.
     *
     * @param storage directory of the file.
     * @param name    of the file.
     * @throws StorageException where it cannot be read.
     */
    public void read(final Storage storage, final String name)
    {
        read(storage, name, AuditFileNames.number(name));
    }

    private void read(final Storage storage, final String name, final long number)
    {
        if (fileCount > 0 && number != AuditFileNames.NULL_NUMBER && number != fileNumber + 1)
        {
            error("between " + fileName + " and " + name + ": " +
                Counted.of(number - fileNumber - 1, "file is", "files are") + " missing");
            isChained = false;
        }
        if (unfinished != null)
        {
            error(unfinished + ", and it is not the last file");
            unfinished = null;
        }
        firstFileNumber = fileCount == 0 ? number : firstFileNumber;
        fileCount++;
        fileName = name;
        fileNumber = number;
        suspectCount = 0;
        try (MappedFile file = storage.map(name))
        {
            readLines(new LineCursor(file.buffer()));
        }
    }

    private void readLines(final LineCursor line)
    {
        if (!line.next())
        {
            error(fileName + ": is empty");
            return;
        }
        do
        {
            if (line.isIntact())
            {
                onIntact(line);
            }
            else
            {
                onSuspect(line);
            }
        }
        while (line.next());
        endSuspects(line);
    }

    private void onIntact(final LineCursor line)
    {
        if (suspectCount > 0)
        {
            judgeSuspects(line);
        }
        if (isChained)
        {
            checkPlace(line);
        }
        else if (line.sequence() == AuditLineDescriptor.FIRST_SEQUENCE &&
            !AuditLineDescriptor.NO_LINE_BEFORE.equals(line.previousHash()))
        {
            error(place(line) + "the first line of a log has no line before it");
        }
        if (line.number() == 1)
        {
            checkFirst(line);
        }
        lineCount++;
        firstSequence = firstSequence == 0 ? line.sequence() : firstSequence;
        lastSequence = line.sequence();
        lastHash = line.hash();
        isChained = true;
        checkExpected(line);
    }

    private String place(final LineCursor line)
    {
        return fileName + ":" + line.number() + ": ";
    }

    private void onSuspect(final LineCursor line)
    {
        if (suspectCount == 0)
        {
            suspectOffset = line.offset();
            suspectLine = line.number();
        }
        suspectCount++;
    }

    /** What stands before an intact line is no line: the intact one may say that a crash has left it. */
    private void judgeSuspects(final LineCursor line)
    {
        if (TornTail.isDeclaredBy(line, suspectOffset))
        {
            note(fileName + ":" + suspectLine + ": " + Counted.of(line.offset() - suspectOffset, "byte") +
                " that a crash has left, as the start behind them says");
        }
        else
        {
            error(changed() + ", before it=" + lastSequence + ", behind it=" + line.sequence());
            isChained = false;
        }
        suspectCount = 0;
    }

    private String changed()
    {
        return fileName + ":" + suspectLine + ": " +
            (suspectCount == 1 ? "the line is" : suspectCount + " lines are") +
            " not as written: offset=" + suspectOffset;
    }

    private void endSuspects(final LineCursor line)
    {
        if (suspectCount == 1 && !line.isTerminated())
        {
            unfinished = fileName + ":" + suspectLine + ": ends in an unfinished line of " +
                Counted.of(line.length(), "byte");
        }
        else if (suspectCount > 0)
        {
            error(changed() + ", before it=" + lastSequence);
            isChained = false;
        }
    }

    private void checkPlace(final LineCursor line)
    {
        final long missing = line.sequence() - lastSequence - 1;
        if (missing > 0)
        {
            error(place(line) + missing + " lines before it are missing: sequence=" + line.sequence() +
                ", before it=" + lastSequence);
        }
        else if (missing < 0)
        {
            error(place(line) + "the line is not in its place: sequence=" + line.sequence() + ", before it=" +
                lastSequence);
        }
        else if (!lastHash.equals(line.previousHash()))
        {
            error(place(line) + "the line before it is not the one that it was written behind: sequence=" +
                line.sequence());
        }
    }

    private void checkFirst(final LineCursor line)
    {
        final String place = place(line);
        if (!AuditEvents.FILE.equals(line.event()))
        {
            error(place + "the first line of the file is missing");
            return;
        }
        final long format = line.number(AuditEvents.FORMAT, 0);
        if (format != AuditEvents.FORMAT_VERSION)
        {
            error(place + "format is not known: format=" + format + ", known=" + AuditEvents.FORMAT_VERSION);
        }
        final long number = line.number(AuditEvents.FILE_NUMBER, AuditFileNames.NULL_NUMBER);
        if (fileNumber == AuditFileNames.NULL_NUMBER)
        {
            // A copy under another name.
            fileNumber = number;
        }
        else if (number != fileNumber)
        {
            error(place + "the file has another's name: number=" + number + ", by its name=" + fileNumber);
        }
        oldestTold = line.number(AuditEvents.OLDEST_NUMBER, AuditFileNames.NULL_NUMBER);
    }

    private void checkExpected(final LineCursor line)
    {
        if (line.sequence() == expectedSequence && !isExpectedFound)
        {
            isExpectedFound = true;
            if (!expectedHash.equals(line.hash()))
            {
                error(place(line) + "not the line that was noted: sequence=" + expectedSequence +
                    ", hash=" + line.hash() + ", noted=" + expectedHash);
            }
        }
    }

    /**
     * Ends the verification.
     *
     * @return what was found.
     */
    public AuditReport report()
    {
        if (unfinished != null)
        {
            note(unfinished + ": a crash has left it, or it is being written");
            unfinished = null;
        }
        if (expectedSequence != 0 && !isExpectedFound)
        {
            error("the line that was noted is missing: sequence=" + expectedSequence + ", last sequence=" +
                lastSequence);
        }
        return new AuditReport(
            List.copyOf(findings), errorCount, noteCount, fileCount, lineCount, firstSequence, lastSequence, lastHash);
    }

    private void error(final String text)
    {
        errorCount++;
        add("error: " + text);
    }

    private void note(final String text)
    {
        noteCount++;
        add("note: " + text);
    }

    private void add(final String finding)
    {
        if (findings.size() < FINDINGS_MAX)
        {
            findings.add(finding);
        }
    }
}
