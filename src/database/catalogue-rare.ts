import { selectGrants } from "./grants.ts";

const options = (list: string) =>
  `(select string_agg(option, ', ' order by option) from unnest(${list}) option)`;

const notOfExtension = (catalogue: string, oid: string) =>
  `('${catalogue}'::regclass, ${oid}) not in (select classid, objid from of_extension)`;

/**
 * Objects that few databases have: each a query for `catalogueQuery`, with the columns of its `objects`. Columns that
 * only some versions of Postgres have are read through `to_jsonb`.
 */
export const rareObjects = [
  `
    select 'pg_operator'::regclass, o.oid, 0, 'operator',
      format('%I.%s(%s, %s)', space.nspname, o.oprname, coalesce(format_type(nullif(o.oprleft, 0), null), 'none'), format_type(o.oprright, null)), null,
      jsonb_build_object('definition', concat_ws(' ', o.oprcode::regprocedure, 'returns ' || format_type(nullif(o.oprresult, 0), null),
        'commutator ' || nullif(o.oprcom, 0)::regoperator, 'negator ' || nullif(o.oprnegate, 0)::regoperator,
        'restrict ' || nullif(o.oprrest::oid, 0)::regproc, 'join ' || nullif(o.oprjoin::oid, 0)::regproc,
        case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end)), false
    from pg_operator o join space on space.oid = o.oprnamespace
    where ${notOfExtension("pg_operator", "o.oid")}`,
  `
    select 'pg_cast'::regclass, oid, 0, 'cast', format('%s to %s', format_type(castsource, null), format_type(casttarget, null)), null,
      jsonb_build_object('definition', concat_ws(' ', case castmethod when 'i' then 'inout' when 'b' then 'binary' end,
        nullif(castfunc, 0)::regprocedure, case castcontext when 'a' then 'assignment' when 'i' then 'implicit' end)), false
    from pg_cast
    where oid >= 16384 and ${notOfExtension("pg_cast", "oid")}
      -- A range type has a cast of its own.
      and not exists (select from pg_depend where classid = 'pg_cast'::regclass and objid = pg_cast.oid and deptype = 'i')`,
  `
    select 'pg_collation'::regclass, c.oid, 0, 'collation', format('%I.%I', space.nspname, c.collname), null,
      jsonb_build_object('definition', (
        select string_agg(format('%s %s', key, value), ', ' order by key) from jsonb_each_text(to_jsonb(c))
        where value is not null and key not in ('oid', 'collname', 'collnamespace', 'collowner', 'collversion'))), false
    from pg_collation c join space on space.oid = c.collnamespace
    where ${notOfExtension("pg_collation", "c.oid")}`,
  `
    select 'pg_ts_config'::regclass, c.oid, 0, 'text_search', format('configuration %I.%I', space.nspname, c.cfgname), null,
      jsonb_build_object('parser', cfgparser::regclass::text, 'mappings', (
        select string_agg(format('%s: %s', maptokentype, dictionaries), '; ' order by maptokentype)
        from (select maptokentype, string_agg(mapdict::regdictionary::text, ', ' order by mapseqno) as dictionaries
              from pg_ts_config_map where mapcfg = c.oid group by 1) mapping)), false
    from pg_ts_config c join space on space.oid = c.cfgnamespace
    where ${notOfExtension("pg_ts_config", "c.oid")}`,
  `
    select 'pg_ts_dict'::regclass, d.oid, 0, 'text_search', format('dictionary %I.%I', space.nspname, d.dictname), null,
      jsonb_build_object('template', t.tmplname, 'options', d.dictinitoption), false
    from pg_ts_dict d join space on space.oid = d.dictnamespace join pg_ts_template t on t.oid = d.dicttemplate
    where ${notOfExtension("pg_ts_dict", "d.oid")}`,
  `
    select 'pg_foreign_server'::regclass, s.oid, 0, 'server', format('%I', s.srvname), null,
      jsonb_build_object('wrapper', w.fdwname, 'type', s.srvtype, 'version', s.srvversion, 'options', ${options("s.srvoptions")},
        'grants', ${selectGrants("s.srvacl", "s.srvowner")}), false
    from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw
    where ${notOfExtension("pg_foreign_server", "s.oid")}`,
  `
    select 'pg_publication'::regclass, p.oid, 0, 'publication', format('%I', p.pubname), null,
      jsonb_build_object(
        'operations', concat_ws(', ', case when pubinsert then 'insert' end, case when pubupdate then 'update' end,
          case when pubdelete then 'delete' end, case when pubtruncate then 'truncate' end, case when pubviaroot then 'via root' end),
        'tables', case when puballtables then 'all' else (
          select string_agg(concat_ws(' ', format('%I.%I', t.schemaname, t.tablename),
              case when to_jsonb(listed)->>'prattrs' is not null then (
                select '(' || string_agg(format('%I', name), ', ' order by name) || ')' from jsonb_array_elements_text(to_jsonb(t)->'attnames') name) end,
              'where ' || (to_jsonb(t)->>'rowfilter')), ', ' order by t.schemaname, t.tablename)
          from pg_publication_tables t
          -- Looking a table up by its name takes rights to its schema.
          left join (pg_publication_rel listed join pg_class c on c.oid = listed.prrelid
            join pg_namespace n on n.oid = c.relnamespace)
            on listed.prpubid = p.oid and (n.nspname, c.relname) = (t.schemaname, t.tablename)
          where t.pubname = p.pubname) end), false
    from pg_publication p`,
  `
    select 'pg_event_trigger'::regclass, oid, 0, 'event_trigger', format('%I', evtname), null,
      jsonb_build_object('event', evtevent, 'function', evtfoid::regprocedure::text, 'tags', array_to_string(evttags, ', '),
        'enabled', case evtenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' when 'A' then 'always' end), false
    from pg_event_trigger
    where ${notOfExtension("pg_event_trigger", "oid")}`,
  // By whom they are set is part of the name, because they hold for objects that this role creates.
  `
    select 'pg_default_acl'::regclass, d.oid, 0, 'default_privileges', concat_ws(' ',
        case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
          when 'n' then 'schemas' when 'L' then 'large objects' end,
        'in schema ' || nullif(d.defaclnamespace, 0)::regnamespace, 'by', d.defaclrole::regrole), null,
      jsonb_build_object('grants', coalesce(${selectGrants("d.defaclacl", "d.defaclrole")}, 'none')), false
    from pg_default_acl d`,
];
