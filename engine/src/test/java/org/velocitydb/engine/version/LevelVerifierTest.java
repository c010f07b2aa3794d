package org.velocitydb.engine.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.velocitydb.engine.table.Model;
import org.velocitydb.engine.table.ModelEntry;
import org.velocitydb.engine.table.Table;
import org.velocitydb.engine.table.TableNames;
import org.velocitydb.engine.table.TableOptions;
import org.velocitydb.engine.table.TableReadContext;
import org.velocitydb.journal.storage.Finding;
import org.velocitydb.journal.storage.SimulatedStorage;

class LevelVerifierTest
{
    private final SimulatedStorage storage = new SimulatedStorage(1);
    private final TableReadContext context = new TableReadContext();
    private final List<Finding> findings = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final LevelVerifier verifier = new LevelVerifier(context, findings::add);

    @BeforeEach
    void before()
    {
        storage.makeDirectory(TableNames.DIRECTORY);
    }

    @AfterEach
    void after()
    {
        CloseHelper.closeAll(tables);
        assertEquals(0, storage.openHandles());
    }

    /** A table whose keys have the given sequences: {@code "a", 3, "b", 5}. */
    private void add(final int level, final Object... keysAndSequences)
    {
        final Model model = new Model();
        for (int i = 0; i < keysAndSequences.length; i += 2)
        {
            model.entries.put(
                Model.bytes("0000" + keysAndSequences[i]),
                ModelEntry.value((Integer) keysAndSequences[i + 1], Model.bytes("v")));
        }
        final long number = tables.size() + 1;
        model.write(storage, TableOptions.defaults(), number);
        final Table table = Table.open(storage, number, context);
        tables.add(table);
        verifier.add(level, table);
    }

    private List<Finding> verify()
    {
        verifier.verify((done) ->
        {
        });
        return findings;
    }

    @Test
    void shouldAcceptTablesWhoseSequencesFallWithDepth()
    {
        add(2, "a", 1, "b", 1);
        add(2, "c", 2, "d", 1);
        add(1, "a", 3, "c", 3, "e", 3);
        add(0, "b", 5, "c", 6);
        add(0, "a", 8, "c", 7);

        assertEquals(List.of(), verify());
    }

    @Test
    void shouldFindATableThatReachesIntoItsNeighbour()
    {
        add(1, "a", 1, "c", 1);
        add(1, "c", 2, "e", 2);
        add(1, "f", 1);

        assertEquals(1, verify().size(), findings::toString);
        assertEquals(tables.get(1).name(), findings.get(0).file());
        assertTrue(findings.get(0).text().contains("left=" + tables.get(0).name()), findings::toString);
    }

    @Test
    void shouldNameTheTableThatHoldsANewerEntryThanThoseAboveIt()
    {
        add(3, "a", 1, "b", 9, "c", 9);
        add(3, "d", 1);
        add(1, "a", 2, "c", 3);
        add(0, "b", 4, "c", 4);

        assertEquals(1, verify().size(), findings::toString);
        assertEquals(tables.get(0).name(), findings.get(0).file());
        assertTrue(findings.get(0).text().contains("entries=2, first: "), findings::toString);
        assertTrue(findings.get(0).text().contains("sequence=9, sequence further up=4 in " + tables.get(3).name()),
            findings::toString);
    }

    @Test
    void shouldNotAcceptTheSameSequenceTwice()
    {
        add(1, "a", 2);
        add(0, "a", 2);

        assertEquals(1, verify().size());
    }
}
