/** SQL laid out; the formatter is loaded when it is first used. */

/** Rejects when the text is not SQL that the formatter can take apart; the text stays as it is then. */
export async function formatSql(sql: string): Promise<string> {
  const { duckdb, formatDialect } = await import('sql-formatter')
  return formatDialect(sql, {
    dialect: duckdb,
    keywordCase: 'preserve',
    functionCase: 'preserve',
    tabWidth: 2,
    expressionWidth: 80,
    linesBetweenQueries: 1,
    paramTypes: { named: ['$'] },
  })
}
