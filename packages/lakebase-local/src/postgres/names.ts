/** The superuser that only this program logs in as. */
export const adminRole = "lakebase_local_admin";

/** What every branch calls its first database. */
export const defaultDatabase = "databricks_postgres";

/** The group role whose members may read and write everything. */
export const superuserGroup = "databricks_superuser";
