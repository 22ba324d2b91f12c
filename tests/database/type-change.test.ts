import { expect, test } from "vitest";
import { keepsStoredValues } from "../../src/database/type-change.ts";

test.each([
  ["character varying(10)", "character varying(20)"],
  ["character varying(10)", "character varying"],
  ["character varying(10)", "text"],
  ["text", "public.citext"],
  ["other.citext", "text"],
  ["numeric(10,2)", "numeric(12,2)"],
  ["numeric(10,-2)", "numeric(12,-2)"],
  ["numeric(10)", "numeric"],
  ["timestamp(3) without time zone", "timestamp(6) without time zone"],
  ["time(3) with time zone", "time with time zone"],
  ["bit(4)", "bit varying"],
  ["cidr", "inet"],
])("keeps the values of %s as %s", (from, to) => {
  expect(keepsStoredValues(from, to)).toBe(true);
});

test.each([
  ["character varying(20)", "character varying(10)"],
  ["character varying", "character varying(10)"],
  ["text", "character varying(10)"],
  ["numeric(10,2)", "numeric(12,3)"],
  ["numeric(10,2)", "numeric(9,2)"],
  ["numeric", "numeric(10,2)"],
  ["timestamp without time zone", "timestamp with time zone"],
  ["timestamp(6) without time zone", "timestamp(3) without time zone"],
  ["character(4)", "character(8)"],
  ["integer", "bigint"],
  ["integer", "text"],
  ["inet", "cidr"],
  ["text", "text[]"],
  ["public.citext", "public.mood"],
])("writes the values of %s anew as %s", (from, to) => {
  expect(keepsStoredValues(from, to)).toBe(false);
});
