import { selectGrants } from "./grants.ts";
import { storageOptions } from "./storage-options.ts";

/** Tables and their parts: each a query for `catalogueQuery`, with the columns of its `objects`. */
export const tableObjects = [
  `
    select 'pg_class'::regclass::oid, t.oid, 0, 'table', t.name, partitioned.identity, jsonb_build_object(
        'storage', case t.relkind when 'f' then 'foreign' else case t.relpersistence when 'u' then 'unlogged' else 'logged' end end,
        'partition_by', pg_get_partkeydef(t.oid),
        'partition_of', h.inhparent::regclass::text || ' ' || pg_get_expr(t.relpartbound, t.oid),
        'inherits', case when not t.relispartition
          then (select string_agg(inhparent::regclass::text, ', ' order by inhseqno) from pg_inherits where inhrelid = t.oid) end,
        'row_security', case when t.relrowsecurity then 'enabled' else 'disabled' end || case when t.relforcerowsecurity then ', forced' else '' end,
        'options', (select string_agg(option, ', ' order by option) from ${storageOptions("t")} option),
        'server', (select concat_ws(' ', format('%I', srvname), (select string_agg(option, ', ' order by option) from unnest(ftoptions) option))
                   from pg_foreign_table join pg_foreign_server s on s.oid = ftserver where ftrelid = t.oid),
        'replica_identity', case t.relreplident when 'f' then 'full' when 'n' then 'nothing' when 'i' then
          (select 'index ' || indexrelid::regclass from pg_index where indrelid = t.oid and indisreplident) end,
        'grants', ${selectGrants("t.relacl", "t.relowner")}
      ), false
    from tables t
    left join pg_inherits h on h.inhrelid = t.oid and t.relispartition
    left join relation partitioned on partitioned.oid = h.inhparent`,
  `
    select 'pg_class'::regclass, r.oid, a.attnum, 'column', format('%s.%I', r.name, a.attname), r.identity, jsonb_build_object(
        'type', format_type(a.atttypid, a.atttypmod),
        'nullable', case when a.attnotnull then 'no' || case when n.convalidated is not false then '' else ', not valid' end
          || case when n.connoinherit then ', no inherit' else '' end else 'yes' end,
        'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
        'generated', case when a.attgenerated <> ''
          then pg_get_expr(d.adbin, d.adrelid) || case a.attgenerated when 's' then ' stored' else ' virtual' end end,
        'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
        'identity_sequence', (select format('%s from %s by %s, %s..%s%s%s', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax,
            case when seqcycle then ', cycle' else '' end, case when seqcache <> 1 then ', cache ' || seqcache else '' end)
          from pg_sequence join pg_depend i on (i.classid, i.objid) = ('pg_class'::regclass, seqrelid)
          where a.attidentity <> '' and i.deptype = 'i'
            and (i.refclassid, i.refobjid, i.refobjsubid) = ('pg_class'::regclass, a.attrelid, a.attnum)),
        'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
        'settings', nullif(concat_ws(', ', 'statistics ' || nullif(a.attstattarget, -1),
            'storage ' || case when a.attstorage <> t.typstorage
              then case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
            'compression ' || case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
            (select string_agg(option, ', ' order by option) from unnest(a.attoptions) option)), ''),
        'grants', ${selectGrants("a.attacl", "r.relowner")}
      ),
      a.attgenerated = 's' or a.attidentity <> ''
        or (a.attrelid, a.attnum) in (select adrelid, adnum from volatile_default)
        or (t.typtype = 'd' and (t.oid in (select contypid from constrained) or t.typbasetype in (select contypid from constrained)))
    from pg_attribute a
    join tables r on r.oid = a.attrelid
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_constraint n on n.conrelid = a.attrelid and n.contype = 'n' and n.conkey = array[a.attnum]
    where a.attnum > 0 and not a.attisdropped`,
  `
    select 'pg_constraint'::regclass, c.oid, 0, case c.contype when 'f' then 'foreign_key' else 'constraint' end,
      format('%s.%I', coalesce(r.name, t.name), c.conname), coalesce(r.identity, 'type ' || t.name),
      jsonb_build_object(
        'definition', pg_get_constraintdef(c.oid),
        'references', case c.contype when 'f' then c.confrelid::regclass::text end
      ), false
    from pg_constraint c left join tables r on r.oid = c.conrelid left join types t on t.oid = c.contypid
    where coalesce(r.oid, t.oid) is not null and c.contype in ('p', 'u', 'c', 'x', 'f') and c.conparentid = 0`,
  `
    select 'pg_class'::regclass, i.oid, 0, 'index', i.name, r.identity,
      jsonb_build_object('definition', pg_get_indexdef(i.oid), 'valid', x.indisvalid::text), false
    from relation i join pg_index x on x.indexrelid = i.oid join relation r on r.oid = x.indrelid
    where not exists (select from pg_constraint where conindid = i.oid and contype in ('p', 'u', 'x'))
      and not i.relispartition`,
  `
    select 'pg_trigger'::regclass, t.oid, 0, 'trigger', format('%s.%I', r.name, t.tgname), r.identity, jsonb_build_object(
        'definition', pg_get_triggerdef(t.oid),
        'enabled', case t.tgenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' when 'A' then 'always' end
      ), false
    from pg_trigger t join relation r on r.oid = t.tgrelid
    where not t.tgisinternal and t.tgparentid = 0`,
  `
    select 'pg_rewrite'::regclass, w.oid, 0, 'rule', format('%s.%I', r.name, w.rulename), r.identity, jsonb_build_object(
        'definition', pg_get_ruledef(w.oid),
        'enabled', case w.ev_enabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' when 'A' then 'always' end
      ), false
    from pg_rewrite w join relation r on r.oid = w.ev_class
    where w.rulename <> '_RETURN'`,
  `
    select 'pg_statistic_ext'::regclass, x.oid, 0, 'statistics', format('%I.%I', space.nspname, x.stxname), r.identity, jsonb_build_object(
        'definition', pg_get_statisticsobjdef(x.oid), 'target', nullif(x.stxstattarget, -1)::text
      ), false
    from pg_statistic_ext x join space on space.oid = x.stxnamespace join relation r on r.oid = x.stxrelid`,
  `
    select 'pg_policy'::regclass, p.oid, 0, 'policy', format('%s.%I', r.name, p.polname), r.identity, jsonb_build_object(
        'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
        'permissive', p.polpermissive::text,
        'roles', (select string_agg(case role when 0 then 'public' else role::regrole::text end, ', ' order by role::regrole::text) from unnest(p.polroles) role),
        'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)
      ), false
    from pg_policy p join tables r on r.oid = p.polrelid`,
] as const;
