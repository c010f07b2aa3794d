package org.velocitydb.engine.table;

/**
 * Something about a table that is not as it should be.
 *
 * @param fileName of the table.
 * @param offset   in the file.
 * @param what     is wrong there.
 */
public record TableFinding(String fileName, long offset, String what)
{
}
