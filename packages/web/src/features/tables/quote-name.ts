/** `"bucket"."table"`, for SQL; names of buckets and tables hold nothing that needs more. */
export function quoteTable(table: { readonly bucket: string; readonly name: string }): string {
  return `"${table.bucket}"."${table.name}"`
}
