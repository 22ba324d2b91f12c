import { cleanUp } from "../../lifecycle/clean-up/clean-up.ts";
import { confirmAction } from "../ask.ts";
import { openContext, type Shared } from "../command.ts";
import type { Flags } from "../options.ts";
import { print } from "../print.ts";
import { renderCleanUp } from "../render/clean-up.ts";

/** `clean-up`: shows what experiments left behind, and removes what is ours once that is permitted. */
export async function runCleanUp(shared: Shared, _args: string[], { yes = false }: Flags): Promise<void> {
  const context = openContext(shared);
  const found = await cleanUp(context, { apply: false });
  print(...renderCleanUp(found));
  const count = found.removable.length;
  if (count === 0) return;
  if (await confirmAction(`Remove what is removable (${count})?`, yes))
    return print(...renderCleanUp(await cleanUp(context, { apply: true })));
  if (!process.stdin.isTTY)
    print("Nothing was removed. Pass --yes to remove what is removable without asking.");
}
