package org.velocitydb.engine.version;

import org.velocitydb.engine.table.TableNames;

/**
 * A table as the manifest lists it, whatever its file may say.
 *
 * @param level       that it is in.
 * @param tableNumber that names the file.
 * @param lengthBytes that the file should have.
 */
public record ListedTable(int level, long tableNumber, long lengthBytes)
{
    /**
     * The file's name.
     *
     * @return relative name.
     */
    public String file()
    {
        return TableNames.of(tableNumber);
    }
}
