package org.velocitydb.jdbc;

import java.sql.Connection;
import java.sql.PseudoColumnUsage;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.velocitydb.client.QueryCursor;
import org.velocitydb.client.QueryResult;
import org.velocitydb.client.VelocityException;
import org.velocitydb.protocol.Limits;

/**
 * What a database of tables with a key and a value is in the words of JDBC. There are no catalogs and no schemas: asked
 * for those of a name, it has nothing. Tables are those that the user may see. For one thread.
 */
final class VelocityDatabaseMetaData extends NoCapabilities
{
    private static final String TABLE = "TABLE";
    private static final String KEY = "key";
    private static final int MAX_STATEMENT_LENGTH = 1024 * 1024;
    private static final int MAX_TABLE_NAME_LENGTH = 64;
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})");

    /** A column that every table has. */
    private record Column(String name, ColumnType type, int length)
    {
    }

    private static final List<Column> COLUMNS = List.of(
        new Column(KEY, ColumnType.TEXT, Limits.MAX_KEY_LENGTH),
        new Column("value", ColumnType.TEXT, Limits.MAX_VALUE_LENGTH));

    private static final List<String> PSEUDO_COLUMNS = List.of("version", "ttl");

    private final VelocityConnection connection;

    VelocityDatabaseMetaData(final VelocityConnection connection)
    {
        this.connection = connection;
    }

    private static List<String> names(final String names)
    {
        return List.of(names.split(" "));
    }

    private static QueryResult.Row row(final Object... values)
    {
        return new QueryResult.Row(Arrays.asList(values));
    }

    /** The names of tables that a pattern of JDBC's takes in. */
    private List<String> tables(final String catalog, final String schema, final String pattern) throws SQLException
    {
        final List<String> tables = new ArrayList<>();
        if (isNamed(catalog) || isNamed(schema) && !"%".equals(schema))
        {
            return tables;
        }
        final Pattern wanted = like(pattern);
        final QueryCursor cursor = connection.query(null, "SHOW TABLES");
        try
        {
            while (cursor.hasNext())
            {
                final String name = cursor.next().text(0);
                if (wanted.matcher(name).matches())
                {
                    tables.add(name);
                }
            }
            return tables;
        }
        catch (final VelocityException ex)
        {
            throw SqlErrors.of(ex);
        }
        finally
        {
            cursor.close();
            connection.onEnd(cursor);
        }
    }

    private static boolean isNamed(final String name)
    {
        return name != null && !name.isEmpty();
    }

    /** A pattern as JDBC has them: % for anything, _ for one character, a backslash before one of these. */
    static Pattern like(final String pattern)
    {
        final StringBuilder regex = new StringBuilder();
        final String text = pattern == null ? "%" : pattern;
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length())
            {
                i++;
                regex.append(Pattern.quote(String.valueOf(text.charAt(i))));
            }
            else
            {
                regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    @Override
    public ResultSet getTables(
        final String catalog, final String schemaPattern, final String tablePattern, final String[] types)
        throws SQLException
    {
        final List<QueryResult.Row> rows = new ArrayList<>();
        if (types == null || Arrays.asList(types).contains(TABLE))
        {
            for (final String table : tables(catalog, schemaPattern, tablePattern))
            {
                rows.add(row(null, null, table, TABLE, "", null, null, null, null, null));
            }
        }
        return VelocityResultSet.of(
            names(
                "TABLE_CAT TABLE_SCHEM TABLE_NAME TABLE_TYPE REMARKS TYPE_CAT TYPE_SCHEM TYPE_NAME " +
                    "SELF_REFERENCING_COL_NAME REF_GENERATION"),
            rows);
    }

    @Override
    public ResultSet getColumns(
        final String catalog, final String schemaPattern, final String tablePattern, final String columnPattern)
        throws SQLException
    {
        final List<QueryResult.Row> rows = new ArrayList<>();
        final Pattern wanted = like(columnPattern);
        for (final String table : tables(catalog, schemaPattern, tablePattern))
        {
            for (int i = 0; i < COLUMNS.size(); i++)
            {
                final Column column = COLUMNS.get(i);
                if (wanted.matcher(column.name).matches())
                {
                    rows.add(
                        row(
                            null, null, table, column.name, (long) column.type.code(), column.type.text(),
                            (long) column.length, null, null, null, (long) columnNoNulls, "", null, null, null,
                            (long) column.length, i + 1L, "NO", null, null, null, null, "NO", "NO"));
                }
            }
        }
        return VelocityResultSet.of(
            names(
                "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE TYPE_NAME COLUMN_SIZE BUFFER_LENGTH " +
                    "DECIMAL_DIGITS NUM_PREC_RADIX NULLABLE REMARKS COLUMN_DEF SQL_DATA_TYPE SQL_DATETIME_SUB " +
                    "CHAR_OCTET_LENGTH ORDINAL_POSITION IS_NULLABLE SCOPE_CATALOG SCOPE_SCHEMA SCOPE_TABLE " +
                    "SOURCE_DATA_TYPE IS_AUTOINCREMENT IS_GENERATEDCOLUMN"),
            rows);
    }

    /** What a SELECT may name and {@code *} leaves out. */
    @Override
    public ResultSet getPseudoColumns(
        final String catalog, final String schemaPattern, final String tablePattern, final String columnPattern)
        throws SQLException
    {
        final List<QueryResult.Row> rows = new ArrayList<>();
        final Pattern wanted = like(columnPattern);
        for (final String table : tables(catalog, schemaPattern, tablePattern))
        {
            for (final String column : PSEUDO_COLUMNS)
            {
                if (wanted.matcher(column).matches())
                {
                    rows.add(
                        row(
                            null, null, table, column, (long) ColumnType.INTEGER.code(),
                            (long) ColumnType.INTEGER.precision(), 0L, 10L, PseudoColumnUsage.USAGE_UNKNOWN.name(), "",
                            null, "YES"));
                }
            }
        }
        return VelocityResultSet.of(
            names(
                "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE COLUMN_SIZE DECIMAL_DIGITS NUM_PREC_RADIX " +
                    "COLUMN_USAGE REMARKS CHAR_OCTET_LENGTH IS_NULLABLE"),
            rows);
    }

    @Override
    public ResultSet getPrimaryKeys(final String catalog, final String schema, final String table) throws SQLException
    {
        final List<QueryResult.Row> rows = new ArrayList<>();
        for (final String name : tables(catalog, schema, quoted(table)))
        {
            rows.add(row(null, null, name, KEY, 1L, null));
        }
        return VelocityResultSet.of(names("TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME KEY_SEQ PK_NAME"), rows);
    }

    /** The one index of a table is the order of its keys. */
    @Override
    public ResultSet getIndexInfo(
        final String catalog,
        final String schema,
        final String table,
        final boolean isUnique,
        final boolean isApproximate) throws SQLException
    {
        final List<QueryResult.Row> rows = new ArrayList<>();
        for (final String name : tables(catalog, schema, quoted(table)))
        {
            rows.add(
                row(
                    null, null, name, false, null, KEY, (long) tableIndexClustered, 1L, KEY, "A", 0L, 0L, null));
        }
        return VelocityResultSet.of(
            names(
                "TABLE_CAT TABLE_SCHEM TABLE_NAME NON_UNIQUE INDEX_QUALIFIER INDEX_NAME TYPE ORDINAL_POSITION " +
                    "COLUMN_NAME ASC_OR_DESC CARDINALITY PAGES FILTER_CONDITION"),
            rows);
    }

    @Override
    public ResultSet getBestRowIdentifier(
        final String catalog, final String schema, final String table, final int scope, final boolean isNullable)
        throws SQLException
    {
        final List<QueryResult.Row> rows = new ArrayList<>();
        if (!tables(catalog, schema, quoted(table)).isEmpty())
        {
            rows.add(
                row(
                    (long) bestRowSession, KEY, (long) ColumnType.TEXT.code(), ColumnType.TEXT.text(),
                    (long) Limits.MAX_KEY_LENGTH, null, null, (long) bestRowNotPseudo));
        }
        return VelocityResultSet.of(
            names("SCOPE COLUMN_NAME DATA_TYPE TYPE_NAME COLUMN_SIZE BUFFER_LENGTH DECIMAL_DIGITS PSEUDO_COLUMN"),
            rows);
    }

    @Override
    public ResultSet getVersionColumns(final String catalog, final String schema, final String table)
    {
        return VelocityResultSet.empty(
            "SCOPE COLUMN_NAME DATA_TYPE TYPE_NAME COLUMN_SIZE BUFFER_LENGTH DECIMAL_DIGITS PSEUDO_COLUMN");
    }

    /** A name as a pattern that takes in nothing else. */
    private static String quoted(final String name)
    {
        return name == null ? null : name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    @Override
    public ResultSet getTableTypes()
    {
        return VelocityResultSet.of(List.of("TABLE_TYPE"), List.of(row(TABLE)));
    }

    @Override
    public ResultSet getTypeInfo()
    {
        return VelocityResultSet.of(
            names(
                "TYPE_NAME DATA_TYPE PRECISION LITERAL_PREFIX LITERAL_SUFFIX CREATE_PARAMS NULLABLE CASE_SENSITIVE " +
                    "SEARCHABLE UNSIGNED_ATTRIBUTE FIXED_PREC_SCALE AUTO_INCREMENT LOCAL_TYPE_NAME MINIMUM_SCALE " +
                    "MAXIMUM_SCALE SQL_DATA_TYPE SQL_DATETIME_SUB NUM_PREC_RADIX"),
            List.of(
                row(
                    ColumnType.TEXT.text(), (long) Types.VARCHAR, (long) Limits.MAX_VALUE_LENGTH, "'", "'", null,
                    (long) typeNoNulls, true, (long) typeSearchable, true, false, false, null, 0L, 0L, null, null,
                    null)));
    }

    @Override
    public String getDatabaseProductName()
    {
        return "VelocityDB";
    }

    @Override
    public String getDatabaseProductVersion() throws SQLException
    {
        return connection.client().serverVersion();
    }

    @Override
    public int getDatabaseMajorVersion() throws SQLException
    {
        return version(1);
    }

    @Override
    public int getDatabaseMinorVersion() throws SQLException
    {
        return version(2);
    }

    private int version(final int group) throws SQLException
    {
        final Matcher matcher = VERSION.matcher(getDatabaseProductVersion());
        return matcher.find() ? Integer.parseInt(matcher.group(group)) : 0;
    }

    @Override
    public String getDriverName()
    {
        return "VelocityDB JDBC driver";
    }

    @Override
    public String getDriverVersion()
    {
        return VelocityDriver.MAJOR_VERSION + "." + VelocityDriver.MINOR_VERSION;
    }

    @Override
    public int getDriverMajorVersion()
    {
        return VelocityDriver.MAJOR_VERSION;
    }

    @Override
    public int getDriverMinorVersion()
    {
        return VelocityDriver.MINOR_VERSION;
    }

    @Override
    public int getJDBCMajorVersion()
    {
        return 4;
    }

    @Override
    public int getJDBCMinorVersion()
    {
        return 3;
    }

    /** Without parameters, as a password may be among them. */
    @Override
    public String getURL()
    {
        return connection.url().toString();
    }

    @Override
    public String getUserName()
    {
        return connection.url().value(UrlParameter.USER);
    }

    @Override
    public Connection getConnection()
    {
        return connection;
    }

    /** Names are never quoted; JDBC has a space for that. */
    @Override
    public String getIdentifierQuoteString()
    {
        return " ";
    }

    @Override
    public String getSearchStringEscape()
    {
        return "\\";
    }

    @Override
    public String getSQLKeywords()
    {
        return "CHECKPOINT,CHECKPOINTS,CONFIG,CONNECTIONS,EXPLAIN,IF,KILL,LIMIT,SHOW,SLOW,STATS,STATUS,TABLES,TTL," +
            "USERS";
    }

    @Override
    public boolean allTablesAreSelectable()
    {
        return true;
    }

    @Override
    public boolean storesLowerCaseIdentifiers()
    {
        return true;
    }

    @Override
    public boolean supportsBatchUpdates()
    {
        return true;
    }

    @Override
    public boolean supportsNonNullableColumns()
    {
        return true;
    }

    @Override
    public boolean supportsOrderByUnrelated()
    {
        return true;
    }

    @Override
    public boolean supportsResultSetType(final int type)
    {
        return type == ResultSet.TYPE_FORWARD_ONLY;
    }

    @Override
    public boolean supportsResultSetConcurrency(final int type, final int concurrency)
    {
        return type == ResultSet.TYPE_FORWARD_ONLY && concurrency == ResultSet.CONCUR_READ_ONLY;
    }

    @Override
    public boolean supportsResultSetHoldability(final int holdability)
    {
        return holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public int getResultSetHoldability()
    {
        return ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public int getDefaultTransactionIsolation()
    {
        return Connection.TRANSACTION_NONE;
    }

    @Override
    public RowIdLifetime getRowIdLifetime()
    {
        return RowIdLifetime.ROWID_UNSUPPORTED;
    }

    @Override
    public int getSQLStateType()
    {
        return sqlStateSQL;
    }

    @Override
    public int getMaxColumnsInIndex()
    {
        return 1;
    }

    @Override
    public int getMaxColumnsInOrderBy()
    {
        return 1;
    }

    @Override
    public int getMaxColumnsInSelect()
    {
        return COLUMNS.size() + PSEUDO_COLUMNS.size();
    }

    @Override
    public int getMaxColumnsInTable()
    {
        return COLUMNS.size();
    }

    @Override
    public int getMaxIndexLength()
    {
        return Limits.MAX_KEY_LENGTH;
    }

    @Override
    public int getMaxStatementLength()
    {
        return MAX_STATEMENT_LENGTH;
    }

    @Override
    public int getMaxTableNameLength()
    {
        return MAX_TABLE_NAME_LENGTH;
    }

    @Override
    public int getMaxTablesInSelect()
    {
        return 1;
    }

    @Override
    public int getMaxUserNameLength()
    {
        return Limits.MAX_USER_LENGTH;
    }

    @Override
    public <T> T unwrap(final Class<T> type) throws SQLException
    {
        return Wrappers.unwrap(type, this);
    }

    @Override
    public boolean isWrapperFor(final Class<?> type)
    {
        return Wrappers.isWrapperFor(type, this);
    }
}
