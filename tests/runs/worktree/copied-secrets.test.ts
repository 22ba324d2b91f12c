import { expect, it } from "vitest";
import { findSecrets } from "../../../src/runs/worktree/copied-secrets.ts";

it("finds values with secret-sounding names, and logins in URLs", () => {
  const text = `# API_KEY=in-a-comment
API_KEY=sk-live-1
export AUTH_TOKEN="quoted, 2"
password: 's3cret'
"clientSecret": "json-4",
DB=postgres://me:pa55word@host/db
PLAIN=nothing-secret-here
DB_PASSWORD=postgres
EMPTY_SECRET=
`;
  expect(findSecrets(text)).toEqual([
    "sk-live-1",
    "quoted, 2",
    "s3cret",
    "json-4",
    "postgres://me:pa55word@host/db",
    "pa55word",
  ]);
});
