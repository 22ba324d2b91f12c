create schema shop;
create type shop.state as enum ('open', 'paid');
create type shop.money as (amount numeric, currency text);
create domain shop.percent as integer check (value between 0 and 100);
create sequence shop.ticket start 1;
create table shop.customers (id bigint generated always as identity primary key, email text not null unique, note varchar(10));
create table shop.orders (
  id bigserial primary key,
  customer_id bigint not null references shop.customers,
  state shop.state not null default 'open',
  total integer default 0,
  placed timestamptz not null default now(),
  obsolete text,
  constraint positive check (total >= 0)
);
create index orders_state on shop.orders (state);
create index orders_placed on shop.orders (placed);
create table shop.dropped (id integer primary key, name text);
create view shop.paid as select id, total from shop.orders where state = 'paid';
create materialized view shop.daily as select placed::date as day, sum(total) as total from shop.orders group by 1;
create function shop.add(a integer, b integer) returns integer language sql immutable as 'select a + b';
create function shop.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger touch before update on shop.orders for each row execute function shop.touch();
create policy own on shop.orders for select using (true);
comment on table shop.orders is 'what was bought';
comment on column shop.orders.total is 'in cents';
create table shop.events (id bigint, at timestamptz not null) partition by range (at);
create table shop.events_2026 partition of shop.events for values from ('2026-01-01') to ('2027-01-01');
create aggregate shop.total(integer) (sfunc = int4pl, stype = integer, initcond = '0');
create extension citext;
