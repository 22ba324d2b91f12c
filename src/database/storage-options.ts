/**
 * Returns an SQL expression for a set of a relation's options, with those of the table that stores its long values.
 * @param relation a row of `pg_class`
 */
export function storageOptions(relation: string): string {
  return `unnest(${relation}.reloptions || array(
          select 'toast.' || toast from pg_class long, unnest(long.reloptions) toast where long.oid = ${relation}.reltoastrelid))`;
}
