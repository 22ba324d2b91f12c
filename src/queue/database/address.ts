import { CoreError } from "../../utils/core-error.ts";

/** Where a queue is: in any Postgres, or on a branch of a Lakebase project that the same CLI logs in to. */
export type QueueAddress =
  | { kind: "postgres"; url: string }
  | {
      kind: "lakebase";
      project: string;
      /** Default: the project's default branch. */
      branch?: string | undefined;
    };

/** `lakebase://PROJECT` or `lakebase://PROJECT/BRANCH`, with ids as Lakebase allows them. */
const lakebaseUrl = /^lakebase:\/\/([a-z][a-z0-9-]*)(?:\/([a-z][a-z0-9-]*))?\/?$/;

/** @throws CoreError `invalid_queue_url`, without the URL, which may contain a password */
export function parseQueueUrl(url: string): QueueAddress {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return { kind: "postgres", url };
  const [, project, branch] = lakebaseUrl.exec(url) ?? [];
  if (project !== undefined) return { kind: "lakebase", project, branch };
  throw new CoreError("invalid_queue_url", "LAKEBASE_QUEUE_URL is not a valid queue URL.", {
    hint: "Set it to postgres://USER:PASSWORD@HOST/DATABASE, to lakebase://PROJECT or to lakebase://PROJECT/BRANCH.",
  });
}
