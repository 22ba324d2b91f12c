/**
 * Every object of a database that a migration can make, one row each: `kind`, `name`, `parent` (the table it is a part
 * of), `aspects` (what it is, as strings) and for tables their size. What belongs to the system or to an extension is
 * left out.
 */
export const catalogueQuery = `
with
  space as (
    select oid, nspname from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
  ),
  of_extension as (select classid, objid from pg_depend where deptype = 'e'),
  relation as (
    select c.*, format('%I.%I', space.nspname, c.relname) as name
    from pg_class c join space on space.oid = c.relnamespace
    where ('pg_class'::regclass, c.oid) not in (select classid, objid from of_extension)
  ),
  tables as (select * from relation where relkind in ('r', 'p', 'f')),
  objects as (
    select 'schema' as kind, format('%I', nspname) as name, null as parent, '{}'::jsonb as aspects, 0::oid as oid
    from space where nspname <> 'public'

    union all
    select 'extension', format('%I', extname), null, jsonb_build_object('version', extversion), 0
    from pg_extension where extname <> 'plpgsql'

    union all
    select 'type', format('%I.%I', space.nspname, t.typname), null, jsonb_strip_nulls(jsonb_build_object(
        'labels', (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
        'base', case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) end,
        'nullable', case when t.typtype = 'd' and t.typnotnull then 'no' end,
        'default', case t.typtype when 'd' then t.typdefault end,
        'checks', (select string_agg(conname || ' ' || pg_get_constraintdef(oid), ', ' order by conname)
                   from pg_constraint where contypid = t.oid and contype = 'c'),
        'attributes', (select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
                       from pg_attribute where t.typtype = 'c' and attrelid = t.typrelid and attnum > 0 and not attisdropped),
        'range', (select format_type(rngsubtype, null) from pg_range where rngtypid = t.oid)
      )), 0
    from pg_type t join space on space.oid = t.typnamespace
    where (t.typtype in ('e', 'd', 'r')
        or (t.typtype = 'c' and exists (select from pg_class where oid = t.typrelid and relkind = 'c')))
      and ('pg_type'::regclass, t.oid) not in (select classid, objid from of_extension)

    union all
    select 'sequence', s.name,
      (select r.name from pg_depend o join relation r on r.oid = o.refobjid
       where o.classid = 'pg_class'::regclass and o.objid = s.oid and o.deptype = 'a' limit 1),
      jsonb_build_object(
        'type', format_type(q.seqtypid, null), 'start', q.seqstart::text, 'increment', q.seqincrement::text,
        'range', format('%s..%s', q.seqmin, q.seqmax), 'cycle', q.seqcycle::text, 'cache', q.seqcache::text
      ), 0
    from relation s join pg_sequence q on q.seqrelid = s.oid
    where not exists (
      select from pg_depend where classid = 'pg_class'::regclass and objid = s.oid and deptype = 'i'
    )

    union all
    select 'table', name, null, jsonb_strip_nulls(jsonb_build_object(
        'storage', case relkind when 'f' then 'foreign' else case relpersistence when 'u' then 'unlogged' else 'logged' end end,
        'partition_by', pg_get_partkeydef(oid),
        'partition_of', (select inhparent::regclass::text || ' ' || coalesce(pg_get_expr(relpartbound, oid), 'inherits')
                         from pg_inherits where inhrelid = tables.oid limit 1),
        'row_security', case when relforcerowsecurity then 'forced' when relrowsecurity then 'enabled' else 'disabled' end,
        'options', array_to_string(reloptions, ', ')
      )), oid
    from tables

    union all
    select 'column', format('%s.%I', r.name, a.attname), r.name, jsonb_strip_nulls(jsonb_build_object(
        'type', format_type(a.atttypid, a.atttypmod),
        'nullable', case when a.attnotnull then 'no' else 'yes' end,
        'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
        'generated', case when a.attgenerated <> ''
          then pg_get_expr(d.adbin, d.adrelid) || case a.attgenerated when 's' then ' stored' else ' virtual' end end,
        'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
        'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end
      )), 0
    from pg_attribute a
    join tables r on r.oid = a.attrelid
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped

    union all
    select case c.contype when 'f' then 'foreign_key' else 'constraint' end, format('%s.%I', r.name, c.conname), r.name,
      jsonb_strip_nulls(jsonb_build_object(
        'definition', pg_get_constraintdef(c.oid),
        'references', case c.contype when 'f' then c.confrelid::regclass::text end
      )), 0
    from pg_constraint c join tables r on r.oid = c.conrelid
    where c.contype in ('p', 'u', 'c', 'x', 'f') and c.conparentid = 0

    union all
    select 'index', i.name, r.name, jsonb_build_object(
        'definition', pg_get_indexdef(i.oid), 'valid', x.indisvalid::text
      ), 0
    from relation i join pg_index x on x.indexrelid = i.oid join relation r on r.oid = x.indrelid
    where not exists (select from pg_constraint where conindid = i.oid and contype in ('p', 'u', 'x'))
      and not i.relispartition

    union all
    select 'view', name, null, jsonb_strip_nulls(jsonb_build_object(
        'definition', pg_get_viewdef(oid), 'materialized', (relkind = 'm')::text, 'options', array_to_string(reloptions, ', ')
      )), 0
    from relation where relkind in ('v', 'm')

    union all
    select 'function', format('%I.%I(%s)', space.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), null,
      jsonb_build_object('definition', case p.prokind
        when 'a' then (select format('aggregate %s %s', aggtransfn, format_type(aggtranstype, null)) from pg_aggregate where aggfnoid = p.oid)
        else pg_get_functiondef(p.oid) end), 0
    from pg_proc p join space on space.oid = p.pronamespace
    where ('pg_proc'::regclass, p.oid) not in (select classid, objid from of_extension)

    union all
    select 'trigger', format('%s.%I', r.name, t.tgname), r.name,
      jsonb_build_object('definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled::text), 0
    from pg_trigger t join relation r on r.oid = t.tgrelid
    where not t.tgisinternal and t.tgparentid = 0

    union all
    select 'policy', format('%s.%I', r.name, p.polname), r.name, jsonb_strip_nulls(jsonb_build_object(
        'command', p.polcmd::text, 'permissive', p.polpermissive::text,
        'roles', (select string_agg(case role when 0 then 'public' else role::regrole::text end, ', ' order by role) from unnest(p.polroles) role),
        'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)
      )), 0
    from pg_policy p join tables r on r.oid = p.polrelid

    union all
    select 'comment', o.type || ' ' || o.identity,
      (select name from tables where d.classoid = 'pg_class'::regclass and tables.oid = d.objoid), jsonb_build_object('text', d.description), 0
    from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) o
    where d.objoid >= 16384 and d.classoid <> 'pg_extension'::regclass
      and (d.classoid, d.objoid) not in (select classid, objid from of_extension)
  )
select kind, name, parent, aspects,
  case when oid <> 0 then pg_table_size(oid)::float8 end as bytes,
  case when oid <> 0 then (select reltuples::float8 from pg_class where pg_class.oid = objects.oid) end as rows
from objects
order by kind, name
`;
