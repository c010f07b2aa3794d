package org.velocitydb.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What the database does not have or promise: one answer after the other, all of them no, empty or nothing.
 */
abstract class NoCapabilities implements DatabaseMetaData
{
    @Override
    public boolean allProceduresAreCallable() throws SQLException
    {
        return false;
    }

    @Override
    public boolean autoCommitFailureClosesAllResultSets() throws SQLException
    {
        return false;
    }

    @Override
    public boolean dataDefinitionCausesTransactionCommit() throws SQLException
    {
        return false;
    }

    @Override
    public boolean dataDefinitionIgnoredInTransactions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean deletesAreDetected(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean doesMaxRowSizeIncludeBlobs() throws SQLException
    {
        return false;
    }

    @Override
    public boolean generatedKeyAlwaysReturned() throws SQLException
    {
        return false;
    }

    @Override
    public ResultSet getAttributes(final String a, final String b, final String c, final String d) throws SQLException
    {
        return VelocityResultSet.empty(
            "TYPE_CAT TYPE_SCHEM TYPE_NAME ATTR_NAME DATA_TYPE ATTR_TYPE_NAME ATTR_SIZE " +
                "DECIMAL_DIGITS NUM_PREC_RADIX NULLABLE REMARKS ATTR_DEF SQL_DATA_TYPE " +
                "SQL_DATETIME_SUB CHAR_OCTET_LENGTH ORDINAL_POSITION IS_NULLABLE SCOPE_CATALOG " +
                "SCOPE_SCHEMA SCOPE_TABLE SOURCE_DATA_TYPE");
    }

    @Override
    public String getCatalogSeparator() throws SQLException
    {
        return "";
    }

    @Override
    public String getCatalogTerm() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getCatalogs() throws SQLException
    {
        return VelocityResultSet.empty("TABLE_CAT");
    }

    @Override
    public ResultSet getClientInfoProperties() throws SQLException
    {
        return VelocityResultSet.empty(
            "NAME MAX_LEN DEFAULT_VALUE DESCRIPTION");
    }

    @Override
    public ResultSet getColumnPrivileges(
        final String a, final String b, final String c, final String d) throws SQLException
    {
        return VelocityResultSet.empty(
            "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME GRANTOR GRANTEE PRIVILEGE " +
                "IS_GRANTABLE");
    }

    @Override
    public ResultSet getCrossReference(
        final String a, final String b, final String c, final String d, final String e, final String f)
        throws SQLException
    {
        return VelocityResultSet.empty(
            "PKTABLE_CAT PKTABLE_SCHEM PKTABLE_NAME PKCOLUMN_NAME FKTABLE_CAT FKTABLE_SCHEM " +
                "FKTABLE_NAME FKCOLUMN_NAME KEY_SEQ UPDATE_RULE DELETE_RULE FK_NAME PK_NAME " +
                "DEFERRABILITY");
    }

    @Override
    public ResultSet getExportedKeys(final String a, final String b, final String c) throws SQLException
    {
        return VelocityResultSet.empty(
            "PKTABLE_CAT PKTABLE_SCHEM PKTABLE_NAME PKCOLUMN_NAME FKTABLE_CAT FKTABLE_SCHEM " +
                "FKTABLE_NAME FKCOLUMN_NAME KEY_SEQ UPDATE_RULE DELETE_RULE FK_NAME PK_NAME " +
                "DEFERRABILITY");
    }

    @Override
    public String getExtraNameCharacters() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getFunctionColumns(
        final String a, final String b, final String c, final String d) throws SQLException
    {
        return VelocityResultSet.empty(
            "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME COLUMN_NAME COLUMN_TYPE DATA_TYPE " +
                "TYPE_NAME PRECISION LENGTH SCALE RADIX NULLABLE REMARKS CHAR_OCTET_LENGTH " +
                "ORDINAL_POSITION IS_NULLABLE SPECIFIC_NAME");
    }

    @Override
    public ResultSet getFunctions(final String a, final String b, final String c) throws SQLException
    {
        return VelocityResultSet.empty(
            "FUNCTION_CAT FUNCTION_SCHEM FUNCTION_NAME REMARKS FUNCTION_TYPE SPECIFIC_NAME");
    }

    @Override
    public ResultSet getImportedKeys(final String a, final String b, final String c) throws SQLException
    {
        return VelocityResultSet.empty(
            "PKTABLE_CAT PKTABLE_SCHEM PKTABLE_NAME PKCOLUMN_NAME FKTABLE_CAT FKTABLE_SCHEM " +
                "FKTABLE_NAME FKCOLUMN_NAME KEY_SEQ UPDATE_RULE DELETE_RULE FK_NAME PK_NAME " +
                "DEFERRABILITY");
    }

    @Override
    public int getMaxBinaryLiteralLength() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxCatalogNameLength() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxCharLiteralLength() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxColumnNameLength() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxColumnsInGroupBy() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxConnections() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxCursorNameLength() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxProcedureNameLength() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxRowSize() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxSchemaNameLength() throws SQLException
    {
        return 0;
    }

    @Override
    public int getMaxStatements() throws SQLException
    {
        return 0;
    }

    @Override
    public String getNumericFunctions() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getProcedureColumns(
        final String a, final String b, final String c, final String d) throws SQLException
    {
        return VelocityResultSet.empty(
            "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME COLUMN_NAME COLUMN_TYPE DATA_TYPE " +
                "TYPE_NAME PRECISION LENGTH SCALE RADIX NULLABLE REMARKS COLUMN_DEF SQL_DATA_TYPE " +
                "SQL_DATETIME_SUB CHAR_OCTET_LENGTH ORDINAL_POSITION IS_NULLABLE SPECIFIC_NAME");
    }

    @Override
    public String getProcedureTerm() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getProcedures(final String a, final String b, final String c) throws SQLException
    {
        return VelocityResultSet.empty(
            "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME RESERVED_1 RESERVED_2 RESERVED_3 " +
                "REMARKS PROCEDURE_TYPE SPECIFIC_NAME");
    }

    @Override
    public String getSchemaTerm() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getSchemas(final String a, final String b) throws SQLException
    {
        return VelocityResultSet.empty("TABLE_SCHEM TABLE_CATALOG");
    }

    @Override
    public ResultSet getSchemas() throws SQLException
    {
        return VelocityResultSet.empty("TABLE_SCHEM TABLE_CATALOG");
    }

    @Override
    public String getStringFunctions() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getSuperTables(final String a, final String b, final String c) throws SQLException
    {
        return VelocityResultSet.empty(
            "TABLE_CAT TABLE_SCHEM TABLE_NAME SUPERTABLE_NAME");
    }

    @Override
    public ResultSet getSuperTypes(final String a, final String b, final String c) throws SQLException
    {
        return VelocityResultSet.empty(
            "TYPE_CAT TYPE_SCHEM TYPE_NAME SUPERTYPE_CAT SUPERTYPE_SCHEM SUPERTYPE_NAME");
    }

    @Override
    public String getSystemFunctions() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getTablePrivileges(final String a, final String b, final String c) throws SQLException
    {
        return VelocityResultSet.empty(
            "TABLE_CAT TABLE_SCHEM TABLE_NAME GRANTOR GRANTEE PRIVILEGE IS_GRANTABLE");
    }

    @Override
    public String getTimeDateFunctions() throws SQLException
    {
        return "";
    }

    @Override
    public ResultSet getUDTs(final String a, final String b, final String c, final int[] d) throws SQLException
    {
        return VelocityResultSet.empty(
            "TYPE_CAT TYPE_SCHEM TYPE_NAME CLASS_NAME DATA_TYPE REMARKS BASE_TYPE");
    }

    @Override
    public boolean insertsAreDetected(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean isCatalogAtStart() throws SQLException
    {
        return false;
    }

    @Override
    public boolean isReadOnly() throws SQLException
    {
        return false;
    }

    @Override
    public boolean locatorsUpdateCopy() throws SQLException
    {
        return false;
    }

    @Override
    public boolean nullPlusNonNullIsNull() throws SQLException
    {
        return false;
    }

    @Override
    public boolean nullsAreSortedAtEnd() throws SQLException
    {
        return false;
    }

    @Override
    public boolean nullsAreSortedAtStart() throws SQLException
    {
        return false;
    }

    @Override
    public boolean nullsAreSortedHigh() throws SQLException
    {
        return false;
    }

    @Override
    public boolean nullsAreSortedLow() throws SQLException
    {
        return false;
    }

    @Override
    public boolean othersDeletesAreVisible(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean othersInsertsAreVisible(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean othersUpdatesAreVisible(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean ownDeletesAreVisible(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean ownInsertsAreVisible(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean ownUpdatesAreVisible(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean storesLowerCaseQuotedIdentifiers() throws SQLException
    {
        return false;
    }

    @Override
    public boolean storesMixedCaseIdentifiers() throws SQLException
    {
        return false;
    }

    @Override
    public boolean storesMixedCaseQuotedIdentifiers() throws SQLException
    {
        return false;
    }

    @Override
    public boolean storesUpperCaseIdentifiers() throws SQLException
    {
        return false;
    }

    @Override
    public boolean storesUpperCaseQuotedIdentifiers() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsANSI92EntryLevelSQL() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsANSI92FullSQL() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsANSI92IntermediateSQL() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsAlterTableWithAddColumn() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsAlterTableWithDropColumn() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsCatalogsInDataManipulation() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsCatalogsInIndexDefinitions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsCatalogsInPrivilegeDefinitions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsCatalogsInProcedureCalls() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsCatalogsInTableDefinitions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsColumnAliasing() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsConvert(final int a, final int b) throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsConvert() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsCoreSQLGrammar() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsCorrelatedSubqueries() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsDataDefinitionAndDataManipulationTransactions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsDataManipulationTransactionsOnly() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsDifferentTableCorrelationNames() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsExpressionsInOrderBy() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsExtendedSQLGrammar() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsFullOuterJoins() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsGetGeneratedKeys() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsGroupByBeyondSelect() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsGroupByUnrelated() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsGroupBy() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsIntegrityEnhancementFacility() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsLikeEscapeClause() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsLimitedOuterJoins() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsMinimumSQLGrammar() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsMixedCaseIdentifiers() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsMixedCaseQuotedIdentifiers() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsMultipleOpenResults() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsMultipleResultSets() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsMultipleTransactions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsNamedParameters() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsOpenCursorsAcrossCommit() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsOpenCursorsAcrossRollback() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsOpenStatementsAcrossCommit() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsOpenStatementsAcrossRollback() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsOuterJoins() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsPositionedDelete() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsPositionedUpdate() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSavepoints() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSchemasInDataManipulation() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSchemasInIndexDefinitions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSchemasInPrivilegeDefinitions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSchemasInProcedureCalls() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSchemasInTableDefinitions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSelectForUpdate() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsStatementPooling() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsStoredFunctionsUsingCallSyntax() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsStoredProcedures() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSubqueriesInComparisons() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSubqueriesInExists() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSubqueriesInIns() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsSubqueriesInQuantifieds() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsTableCorrelationNames() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsTransactionIsolationLevel(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsTransactions() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsUnionAll() throws SQLException
    {
        return false;
    }

    @Override
    public boolean supportsUnion() throws SQLException
    {
        return false;
    }

    @Override
    public boolean updatesAreDetected(final int a) throws SQLException
    {
        return false;
    }

    @Override
    public boolean usesLocalFilePerTable() throws SQLException
    {
        return false;
    }

    @Override
    public boolean usesLocalFiles() throws SQLException
    {
        return false;
    }
}
