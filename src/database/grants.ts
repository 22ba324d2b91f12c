/**
 * Returns an SQL expression for what others than an object's owner may do with it; null if that is the default. The
 * owner may differ between branches, and may grant itself anything.
 * @param acl the access list, an SQL expression like `owner`
 * @param byDefault what others may do with an object that has no access list
 */
export function selectGrants(acl: string, owner: string, byDefault = "none"): string {
  return `case when ${acl} is not null then nullif(coalesce((
          select string_agg(format('%s: %s', grantee, privileges), '; ' order by grantee)
          from (
            select case grantee when 0 then 'public' else grantee::regrole::text end as grantee,
              string_agg(distinct privilege_type || case when is_grantable then ' with grant option' else '' end, ', ') as privileges
            from aclexplode(${acl}) where grantee <> ${owner} group by 1
          ) granted), 'none'), '${byDefault}') end`;
}
