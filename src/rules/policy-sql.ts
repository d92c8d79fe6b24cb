// PostgreSQL functions that say what policy.ts says, line by line. They are immutable and need
// no table; a migration creates them ("create or replace") before rules with policies run as SQL.
import {
  denyingOperators,
  narrowingArnKeys,
  narrowingKeys,
  narrowingOperators,
  narrowingPathKeys,
} from "./policy.ts";

function oneOf(words: string[]): string {
  return `(${words.map((word) => `'${word}'`).join(", ")})`;
}

// Not parallel safe: the block with an exception clause starts a subtransaction.
export const ruleFunctions = `
create or replace function rule_texts(value jsonb) returns text[] language sql immutable as $$
  select case jsonb_typeof(value)
    when 'string' then array[value #>> '{}']
    when 'array' then coalesce((select array_agg(item #>> '{}') from jsonb_array_elements(value) item
      where jsonb_typeof(item) = 'string'), '{}')
    else '{}' end
$$;

create or replace function rule_scalar_texts(value jsonb) returns text[] language sql immutable as $$
  select case
    when jsonb_typeof(value) in ('string', 'number', 'boolean') then array[value #>> '{}']
    when jsonb_typeof(value) = 'array' then (
      select case when bool_and(jsonb_typeof(item) in ('string', 'number', 'boolean'))
        then array_agg(item #>> '{}') else '{}' end
      from jsonb_array_elements(value) item)
    else '{}' end
$$;

create or replace function rule_is_missing(value jsonb) returns boolean language sql immutable as $$
  select value is null or jsonb_typeof(value) = 'null'
$$;

create or replace function rule_lower(value text) returns text language sql immutable as $$
  select lower(value collate "C")
$$;

create or replace function rule_fits_glob(value text, glob text) returns boolean language sql immutable as $$
  select value like replace(replace(replace(replace(replace(glob, '\\', '\\\\'), '%', '\\%'), '_', '\\_'), '*', '%'), '?', '_')
$$;

create or replace function rule_statements(value jsonb) returns jsonb language plpgsql immutable as $$
declare
  document jsonb := value;
begin
  if rule_is_missing(value) then return '[]'; end if;
  if jsonb_typeof(value) = 'string' then
    if value #>> '{}' ~ '^[ \\t\\r\\n]*$' then return '[]'; end if;
    begin
      document := (value #>> '{}')::jsonb;
    exception when others then
      return null;
    end;
  end if;
  if jsonb_typeof(document) <> 'object' then return null; end if;
  return case jsonb_typeof(document -> 'Statement')
    when 'array' then document -> 'Statement'
    when 'object' then jsonb_build_array(document -> 'Statement')
    end;
end
$$;

create or replace function rule_names_everyone(statement jsonb) returns boolean language sql immutable as $$
  select coalesce(statement -> 'Principal' = '"*"', false)
    or (coalesce(jsonb_typeof(statement -> 'Principal') = 'object', false)
      and '*' = any(rule_texts(statement -> 'Principal' -> 'AWS')))
$$;

create or replace function rule_names_other_account(statement jsonb, account text) returns boolean
language sql immutable as $$
  select exists (
    select 1 from unnest(rule_texts(statement -> 'Principal' -> 'AWS')) principal,
      lateral (select case when principal ~ '^[0-9]{12}$' then principal
        else substring(principal from '^arn:[^:]*:(?:iam|sts)::([0-9]{12}):') end as named) n
    where named is distinct from account and named is not null)
$$;

create or replace function rule_covers_some(statement jsonb, actions text[]) returns boolean
language sql immutable as $$
  select case
    when not rule_is_missing(statement -> 'Action') then
      case when actions is null then cardinality(rule_texts(statement -> 'Action')) > 0
      else exists (
        select 1 from unnest(actions) action, unnest(rule_texts(statement -> 'Action')) pattern
        where case when action = '*' then pattern in ('*', '*:*')
          else rule_fits_glob(action, rule_lower(pattern)) end) end
    when rule_is_missing(statement -> 'NotAction') then false
    when actions is null then true
    else exists (
      select 1 from unnest(actions) action
      where action <> '*' and not exists (
        select 1 from unnest(rule_texts(statement -> 'NotAction')) pattern
        where rule_fits_glob(action, rule_lower(pattern))))
    end
$$;

create or replace function rule_is_fixed(key text, value text) returns boolean language sql immutable as $$
  select case
    when value = '' then false
    when value !~ '[*?]' then true
    when key in ${oneOf(narrowingArnKeys)} then split_part(value, ':', 5) ~ '^[0-9]{12}$'
    when key in ${oneOf(narrowingPathKeys)} then value ~ '^[^*?/]+/'
    else key = 'aws:userid' and value ~ '^[^*?:]+:' end
$$;

create or replace function rule_is_narrowed(condition jsonb) returns boolean language sql immutable as $$
  select exists (
    select 1
    from jsonb_each(case when jsonb_typeof(condition) = 'object' then condition else '{}' end) o,
      jsonb_each(case when jsonb_typeof(o.value) = 'object' then o.value else '{}' end) k,
      lateral (select regexp_replace(rule_lower(o.key), '^foranyvalue:', '') as operator,
        rule_lower(k.key) as key, rule_scalar_texts(k.value) as texts) c
    where cardinality(c.texts) > 0
      and case
        when c.operator = 'ipaddress' then c.key = 'aws:sourceip'
          and not exists (select 1 from unnest(c.texts) t where t like '%/0')
        else c.operator in ${oneOf(narrowingOperators)} and c.key in ${oneOf(narrowingKeys)}
          and not exists (select 1 from unnest(c.texts) t where not rule_is_fixed(c.key, t)) end)
$$;

create or replace function rule_policy_allows(
  policy jsonb, principal text, actions text[], on_everything boolean, account text
) returns boolean language sql immutable as $$
  select case when statements is null then null else (
    select case when bool_or(fits) then true when bool_or(fits is null) then null else false end
    from jsonb_array_elements(statements) statement,
      lateral (select case when jsonb_typeof(statement) <> 'object' then null else
        coalesce(statement -> 'Effect' = '"Allow"', false)
        and (principal = 'attached'
          or ((not rule_is_missing(statement -> 'NotPrincipal') or rule_names_everyone(statement))
            and not rule_is_narrowed(statement -> 'Condition'))
          or (principal = 'other-accounts' and rule_names_other_account(statement, account)))
        and rule_covers_some(statement, actions)
        and (not on_everything or '*' = any(rule_texts(statement -> 'Resource'))) end as fits) f) end
  from (select rule_statements(policy) as statements offset 0) s
$$;

create or replace function rule_is_only_condition(condition jsonb, condition_key text, condition_value text)
returns boolean language sql immutable as $$
  select coalesce((
    select count(*) = 1 and bool_and(jsonb_typeof(o.value) = 'object'
      and regexp_replace(rule_lower(o.key), 'ifexists$', '') in ${oneOf(denyingOperators)}
      and (select count(*) = 1 and bool_and(rule_lower(k.key) = rule_lower(condition_key)
          and exists (select 1 from unnest(rule_scalar_texts(k.value)) t
            where rule_lower(t) = rule_lower(condition_value)))
        from jsonb_each(case when jsonb_typeof(o.value) = 'object' then o.value else '{}' end) k))
    from jsonb_each(case when jsonb_typeof(condition) = 'object' then condition else '{}' end) o), false)
$$;

create or replace function rule_policy_denies(
  policy jsonb, actions text[], condition_key text, condition_value text, target text
) returns boolean language sql immutable as $$
  select case when statements is null then null else (
    select case when bool_or(fits) then true when bool_or(fits is null) then null else false end
    from jsonb_array_elements(statements) statement,
      lateral (select case when jsonb_typeof(statement) <> 'object' then null else
        coalesce(statement -> 'Effect' = '"Deny"', false)
        and rule_is_missing(statement -> 'NotPrincipal')
        and rule_names_everyone(statement)
        and not exists (select 1 from unnest(actions) action where not rule_covers_some(statement, array[action]))
        and exists (select 1 from unnest(rule_texts(statement -> 'Resource')) pattern
          where rule_fits_glob(target, pattern))
        and rule_is_only_condition(statement -> 'Condition', condition_key, condition_value) end as fits) f) end
  from (select rule_statements(policy) as statements offset 0) s
$$;
`;
