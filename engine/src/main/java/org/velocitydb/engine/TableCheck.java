package org.velocitydb.engine;

import java.util.List;
import java.util.function.Consumer;

import org.velocitydb.engine.entry.KeyText;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableCursor;
import org.velocitydb.engine.table.TableFinding;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.engine.table.TableVerifier;
import org.velocitydb.journal.storage.CorruptionException;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.Storage;
import org.velocitydb.journal.storage.StorageException;

/**
 * Checks a table: first its file, by a {@link TableVerifier}; then, where nothing is wrong with that, what the store
 * itself keeps in it. Of the entries that the store would not write only the first is told: the others are mostly of
 * the same origin.
 */
final class TableCheck
{
    private final Storage storage;
    private final TableReadContext context;
    private final Consumer<Finding> findings;
    private final TableVerifier verifier;

    TableCheck(final Storage storage, final TableReadContext context, final Consumer<Finding> findings)
    {
        this.storage = storage;
        this.context = context;
        this.findings = findings;
        verifier = new TableVerifier(storage);
    }

    /**
     * Verifies a table.
     *
     * @param tableNumber of the table.
     * @return the table, open, which the caller closes; null where anything is wrong with it, which is a finding.
     */
    Table verify(final long tableNumber)
    {
        final String name = TableNames.of(tableNumber);
        Table table = null;
        boolean isSound = false;
        try
        {
            if (isFileSound(tableNumber))
            {
                table = Table.open(storage, tableNumber, context);
                checkSystemEntries(table);
                isSound = true;
            }
        }
        catch (final StorageException ex)
        {
            findings.accept(Finding.of(name, ex));
        }
        catch (final InternalError ex)
        {
            // What the virtual machine makes of a page of a mapped file that the disk does not give.
            findings.accept(Finding.error(name, Finding.NULL_OFFSET, "cannot be read: " + ex.getMessage()));
        }
        finally
        {
            if (!isSound && table != null)
            {
                table.close();
            }
        }
        return isSound ? table : null;
    }

    private boolean isFileSound(final long tableNumber)
    {
        final List<TableFinding> wrong = verifier.verify(tableNumber);
        wrong
            .forEach((finding) -> findings.accept(Finding.error(finding.fileName(), finding.offset(), finding.what())));
        return wrong.isEmpty();
    }

    private void checkSystemEntries(final Table table)
    {
        long entryIndex = 0;
        try (TableCursor cursor = new TableCursor(context).reset(table))
        {
            for (boolean isValid = cursor.seekFirst(); isValid; isValid = cursor.next())
            {
                final String problem = SystemEntries.problem(
                    cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength(), cursor.valueBuffer(),
                    cursor.valueOffset(), cursor.valueLength(), cursor.sequence(), cursor.isTombstone());
                if (!problem.isEmpty())
                {
                    throw new CorruptionException(
                        problem, table.name(), Finding.NULL_OFFSET, "entry=" + entryIndex + ", sequence=" +
                            cursor.sequence() + ", key=" + KeyText.of(
                                cursor.keyBuffer(), cursor.keyOffset(), cursor.keyLength()));
                }
                entryIndex++;
            }
        }
    }
}
