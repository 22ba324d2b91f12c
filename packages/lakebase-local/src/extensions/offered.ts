/**
 * The extensions that Lakebase offers for Postgres 18, by https://docs.databricks.com/aws/en/oltp/projects/extensions.
 * Of that table the beginning could be read, to lo: amcheck, dblink and dict_xsyn are not in it. The rest is taken from
 * Neon's table, of whose engine Lakebase is made. What is in neither is not offered here, nor is databricks_auth, which
 * needs a workspace.
 */
const contrib = new Set([
  ...["autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dict_int", "earthdistance"],
  ...[
    "fuzzystrmatch",
    "hstore",
    "insert_username",
    "intagg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
  ],
  ...["pg_prewarm", "pg_stat_statements", "pg_trgm", "pgcrypto", "pgrowlocks", "pgstattuple", "plpgsql"],
  ...["postgres_fdw", "refint", "seg", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time", "unaccent"],
  ...["uuid-ossp", "xml2"],
]);

/** Those that come with no Postgres of ours, and may be added from elsewhere. */
const others = new Set([
  ...[
    "address_standardizer",
    "address_standardizer_data_us",
    "hll",
    "pg_graphql",
    "pg_hint_plan",
    "pgrouting",
  ],
  ...["postgis", "postgis_raster", "postgis_sfcgal", "postgis_tiger_geocoder", "postgis_topology", "vector"],
]);

/** Whether Lakebase has an extension. */
export function isOffered(name: string): boolean {
  return contrib.has(name) || others.has(name);
}

/** Whether Lakebase has an extension that the Postgres of ours lacks. */
export function isAddable(name: string): boolean {
  return others.has(name);
}

/**
 * What a script does at its end, so that the role that creates the extension can use it. The right to reset the
 * statistics: https://learn.microsoft.com/azure/databricks/oltp/instances/roles.
 */
export const grants = new Map([
  ["postgres_fdw", "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO databricks_superuser;"],
  [
    "pg_stat_statements",
    "GRANT EXECUTE ON FUNCTION pg_stat_statements_reset(oid, oid, bigint, boolean) TO databricks_superuser;",
  ],
]);
