/**
 * SQL over one table of keys and values, {@code kv (key, value)}. Three ideas:
 *
 * <p>A statement is parsed once, with its parameters, into a {@link org.velocitydb.engine.sql.Statement} that already
 * is the plan: single keys to be read, or one range of keys with a filter for what the range cannot say. Nothing is
 * left to be found out while it runs.
 *
 * <p>A SELECT is executed in slices ({@link org.velocitydb.engine.sql.SelectExecution}), so that an event loop can do
 * other work between them, over whatever implements {@link org.velocitydb.engine.sql.SqlSource}. Writes become
 * operations of one atomic batch and are done by the store's writer.
 *
 * <p>Whatever a client may send, the answer is a statement or a {@link org.velocitydb.engine.sql.SqlException} that
 * says where and why. Text is bounded, and nothing recurses on it.
 */
package org.velocitydb.engine.sql;
