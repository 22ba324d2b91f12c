import { expect, it } from "vitest";
import { maskLogins } from "../../src/utils/text/mask-logins.ts";

const token = "Ab3".repeat(15);

it.each([
  [
    "'postgresql://me:s3cret@host:5432/db?sslmode=require'",
    "'postgresql://me:[redacted]@host:5432/db?sslmode=require'",
  ],
  [
    "dblink('host=h user=u password=s3cret dbname=d')",
    "dblink('host=h user=u password=[redacted] dbname=d')",
  ],
  [`'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl'::text`, "'[redacted]'::text"],
  [`'dapi${"0af".repeat(11).slice(0, 32)}'`, "'[redacted]'"],
  [`'${token}'::text`, "'[redacted]'::text"],
  ["nextval('public.a_sequence_with_a_long_name_of_50_signs_or_so_1'::regclass)", undefined],
  ["CHECK ((url ~ '^https?://[^/]+'))", undefined],
  ["password text", undefined],
  [`-- login ${token}, token:${token}`, "-- login [redacted], token:[redacted]"],
  ["a_rather_long_name_of_an_index_on_orders_created_at_2", undefined],
  ["where password = crypt(p, password)", undefined],
  ["where password=p_password", undefined],
  ["options (user 'u', password 'abc')", "options (user 'u', password '[redacted]')"],
  ["login(name => 'u', password => 'abc')", "login(name => 'u', password => '[redacted]')"],
  ["'postgres://u:p@ss@h/d'", "'postgres://u:[redacted]@h/d'"],
])("masks the login in %s", (text, masked = text) => {
  expect(maskLogins(text)).toBe(masked);
});

it("masks a URL right after other text, and takes no longer for a long row of names", () => {
  const row = "a.".repeat(500_000);
  expect(maskLogins(`${row}xpostgres://kai:hunter2@h/db`)).toBe(`${row}xpostgres://kai:[redacted]@h/db`);
});
