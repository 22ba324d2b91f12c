import { selectGrants } from "./grants.ts";
import { storageOptions } from "./storage-options.ts";

/** Objects that are not part of a table: each a query for `catalogueQuery`, with the columns of its `objects`. */
export const standaloneObjects = [
  `
    select 'pg_namespace'::regclass, oid, 0, 'schema', format('%I', nspname), null,
      jsonb_build_object('grants', ${selectGrants("nspacl", "nspowner")}), false
    from space where ('pg_namespace'::regclass, oid) not in (select classid, objid from of_extension)`,
  `
    select 'pg_extension'::regclass, oid, 0, 'extension', format('%I', extname), null,
      jsonb_build_object('version', extversion, 'schema', extnamespace::regnamespace::text), false
    from pg_extension where extname <> 'plpgsql'`,
  `
    select 'pg_type'::regclass, t.oid, 0, 'type', t.name, null, jsonb_build_object(
        'labels', (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
        'base', case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) end,
        'collation', (select t.typcollation::regcollation::text from pg_type base
                      where t.typtype = 'd' and base.oid = t.typbasetype and base.typcollation <> t.typcollation),
        'nullable', case when t.typtype = 'd' and t.typnotnull then 'no' end,
        'default', case t.typtype when 'd' then pg_get_expr(t.typdefaultbin, 0) end,
        'attributes', (select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod))
                           || case when attcollation <> b.typcollation then ' collate ' || attcollation::regcollation else '' end, ', ' order by attnum)
                       from pg_attribute join pg_type b on b.oid = atttypid
                       where t.typtype = 'c' and attrelid = t.typrelid and attnum > 0 and not attisdropped),
        'range', (select concat_ws(', ', format_type(rngsubtype, null), 'multirange ' || rngmultitypid::regtype,
                      (select 'operators ' || opcname from pg_opclass where oid = rngsubopc and not opcdefault),
                      'collation ' || nullif(rngcollation, 0)::regcollation::text,
                      'canonical ' || nullif(rngcanonical::oid, 0)::regproc, 'difference ' || nullif(rngsubdiff::oid, 0)::regproc)
                  from pg_range where rngtypid = t.oid),
        'grants', ${selectGrants("t.typacl", "t.typowner", "public: USAGE")}
      ), false
    from types t`,
  `
    select 'pg_class'::regclass, s.oid, 0, 'sequence', s.name, owner.identity, jsonb_build_object(
        'type', format_type(q.seqtypid, null), 'start', q.seqstart::text, 'increment', q.seqincrement::text,
        'range', format('%s..%s', q.seqmin, q.seqmax), 'cycle', q.seqcycle::text, 'cache', q.seqcache::text,
        'storage', case s.relpersistence when 'u' then 'unlogged' end, 'owned_by', owner.owned_by,
        'grants', ${selectGrants("s.relacl", "s.relowner")}
      ), false
    from relation s join pg_sequence q on q.seqrelid = s.oid
    left join lateral (
      select r.identity, format('%s.%I', r.name, a.attname) as owned_by
      from pg_depend o join relation r on r.oid = o.refobjid
      join pg_attribute a on a.attrelid = r.oid and a.attnum = o.refobjsubid
      where o.classid = 'pg_class'::regclass and o.objid = s.oid and o.deptype = 'a' and o.refclassid = 'pg_class'::regclass
    ) owner on true
    where not exists (
      select from pg_depend where classid = 'pg_class'::regclass and objid = s.oid and deptype = 'i'
    )`,
  `
    select 'pg_class'::regclass, oid, 0, 'view', name, null, jsonb_build_object(
        'definition', pg_get_viewdef(oid), 'materialized', (relkind = 'm')::text,
        'options', (select string_agg(option, ', ' order by option) from ${storageOptions("v")} option),
        'defaults', (select string_agg(format('%I %s', a.attname, pg_get_expr(d.adbin, d.adrelid)), ', ' order by a.attnum)
                     from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = v.oid),
        'grants', ${selectGrants("v.relacl", "v.relowner")},
        'column_grants', (
          select string_agg(format('%I %s', attname, granted), '; ' order by attname)
          from pg_attribute, lateral (select ${selectGrants("attacl", "v.relowner")} as granted) own
          where attrelid = v.oid and granted is not null)
      ), false
    from relation v where relkind in ('v', 'm')`,
  // Argument names do not distinguish functions.
  `
    select 'pg_proc'::regclass, p.oid, 0, 'function', format('%I.%I(%s)', space.nspname, p.proname, oidvectortypes(p.proargtypes)), null,
      jsonb_build_object('definition', case p.prokind
        when 'a' then (
          select concat_ws(' ', 'aggregate', pg_get_function_arguments(p.oid), 'kind', aggkind, 'parallel', p.proparallel,
            'transition', aggtransfn, format_type(aggtranstype, null), aggtransspace, 'final', aggfinalfn, aggfinalextra, aggfinalmodify,
            'combine', aggcombinefn, 'serial', aggserialfn, aggdeserialfn, 'initial', quote_nullable(agginitval),
            'moving', aggmtransfn, aggminvtransfn, format_type(nullif(aggmtranstype, 0), null), aggmtransspace,
            aggmfinalfn, aggmfinalextra, aggmfinalmodify, quote_nullable(aggminitval), 'sort', aggsortop::regoper)
          from pg_aggregate where aggfnoid = p.oid)
        else pg_get_functiondef(p.oid) end,
        'grants', ${selectGrants("p.proacl", "p.proowner", "public: EXECUTE")}), false
    from pg_proc p join space on space.oid = p.pronamespace
    where ('pg_proc'::regclass, p.oid) not in (select classid, objid from of_extension)
      -- A range type has constructors of its own.
      and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'i')`,
] as const;
