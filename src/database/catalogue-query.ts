import { rareObjects } from "./catalogue-rare.ts";
import { standaloneObjects } from "./catalogue-standalone.ts";
import { tableObjects } from "./catalogue-tables.ts";

/**
 * Selects the objects of a database that a migration can create, one row each: `kind`, `name`, `parent` (the object it
 * is part of, as kind and name), `uses` (the objects its definition refers to, likewise), `aspects` (its properties, as
 * strings), and for tables and materialized views their size. Objects of the system and of extensions are left out, and
 * so are owners, which depend on who ran a migration, subscriptions and user mappings, which hold passwords, and what
 * hardly anyone creates outside an extension: languages, access methods, operator classes, transforms and conversions.
 */
export const catalogueQuery = `
with
  space as (
    select oid, nspname, nspacl, nspowner from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
  ),
  of_extension as (
    select d.classid, d.objid, format('extension %I', e.extname) as extension
    from pg_depend d join pg_extension e on e.oid = d.refobjid
    where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
  ),
  relation as (
    select c.*, named.name, case when c.relkind in ('v', 'm') then 'view ' else 'table ' end || named.name as identity
    from pg_class c join space on space.oid = c.relnamespace,
      format('%I.%I', space.nspname, c.relname) named(name)
    where ('pg_class'::regclass, c.oid) not in (select classid, objid from of_extension)
  ),
  tables as (select * from relation where relkind in ('r', 'p', 'f')),
  types as (
    select t.*, format('%I.%I', space.nspname, t.typname) as name
    from pg_type t join space on space.oid = t.typnamespace
    where (t.typtype in ('e', 'd', 'r')
        or (t.typtype = 'c' and exists (select from pg_class where oid = t.typrelid and relkind = 'c')))
      and ('pg_type'::regclass, t.oid) not in (select classid, objid from of_extension)
  ),
  -- Only the stored tree distinguishes functions from words in a string, and resolves operators.
  volatile_default as (
    select distinct d.adrelid, d.adnum
    from pg_attrdef d, regexp_matches(d.adbin::text, ':(?:op)?funcid ([0-9]+)', 'g') called
    join pg_proc p on p.oid = called[1]::oid
    where p.provolatile = 'v'
  ),
  constrained as (select contypid from pg_constraint where contypid <> 0),
  objects (classid, objid, subid, kind, name, parent, aspects, fills_rows) as materialized (
${[...tableObjects, ...standaloneObjects, ...rareObjects].join("\n    union all\n")}
  ),
  comments as (
    select o.type || ' ' || o.identity as name, d.description,
      coalesce(commented.kind || ' ' || commented.name, holder.identity, 'type ' || k.contypid::regtype) as parent
    from pg_description d
    left join objects commented on (commented.classid, commented.objid, commented.subid) = (d.classoid, d.objoid, d.objsubid)
    left join pg_constraint k on d.classoid = 'pg_constraint'::regclass and k.oid = d.objoid and k.contypid <> 0
    -- A view's column, a constraint's index and a NOT NULL are not objects of their own here; their relation is.
    left join relation holder on holder.oid = coalesce(
      (select conrelid from pg_constraint where d.classoid = 'pg_constraint'::regclass and oid = d.objoid),
      (select indrelid from pg_index where d.classoid = 'pg_class'::regclass and indexrelid = d.objoid),
      case when d.classoid = 'pg_class'::regclass then d.objoid end),
    pg_identify_object(d.classoid, d.objoid, d.objsubid) o
    where (d.objoid >= 16384 or (d.classoid, d.objoid) = ('pg_namespace'::regclass, to_regnamespace('public')))
      and d.classoid <> 'pg_largeobject'::regclass and coalesce(o.schema, '') !~ '^pg_' and o.identity is not null
      and (d.classoid, d.objoid) not in (select classid, objid from of_extension)
  ),
  -- A column depends on whatever its default does, a view on whatever its rule does.
  dependency as (
    select classid, objid, objsubid as subid, refclassid, refobjid, refobjsubid from pg_depend where deptype in ('n', 'a')
    union all
    select 'pg_class'::regclass, a.adrelid, a.adnum, d.refclassid, d.refobjid, d.refobjsubid
    from pg_depend d join pg_attrdef a on a.oid = d.objid
    where d.classid = 'pg_attrdef'::regclass and d.deptype in ('n', 'a')
    union all
    select 'pg_class'::regclass, r.ev_class, 0, d.refclassid, d.refobjid, d.refobjsubid
    from pg_depend d join pg_rewrite r on r.oid = d.objid
    where d.classid = 'pg_rewrite'::regclass and d.deptype = 'n'
  ),
  target as (
    select classid, objid, subid, kind || ' ' || name as identity from objects
    union all
    select classid, objid, 0, extension from of_extension
  ),
  used as (
    select d.classid, d.objid, d.subid, jsonb_agg(distinct t.identity) as uses
    from dependency d
    -- A reference to a column is also one to its table.
    join target t on (t.classid, t.objid) = (d.refclassid, d.refobjid) and t.subid in (0, d.refobjsubid)
    where (d.classid, d.objid, d.subid) <> (t.classid, t.objid, t.subid)
    group by 1, 2, 3
  ),
  held as (
    select oid, oid as holder from relation where relkind in ('r', 'm')
    union all
    -- A partitioned table contains no rows itself.
    select leaf.relid, p.oid from relation p, pg_partition_tree(p.oid) leaf where p.relkind = 'p' and leaf.isleaf
  ),
  size as (
    select held.holder as objid, sum(pg_table_size(c.oid))::float8 as bytes,
      coalesce(sum(c.reltuples) filter (where c.reltuples >= 0), -1)::float8 as rows
    from held join pg_class c on c.oid = held.oid
    group by 1
  )
select kind, name, parent, coalesce(uses, '[]') as uses, jsonb_strip_nulls(aspects) as aspects, fills_rows, bytes, rows
from objects left join used using (classid, objid, subid)
left join size on size.objid = objects.objid and kind in ('table', 'view')
union all
select 'comment', name, parent, '[]', jsonb_build_object('text', description), false, null, null from comments
order by kind, name
`;
