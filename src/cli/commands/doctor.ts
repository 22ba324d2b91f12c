import { checkSetup, isUsable } from "../../setup/check-setup.ts";
import { openContext, type Shared } from "../command.ts";
import { print } from "../print.ts";
import { renderSetup } from "../render/setup.ts";

/**
 * `doctor`: prints the setup and what is wrong with it; the exit status is 1 if something prevents the tools from
 * working.
 */
export async function doctor(shared: Shared): Promise<void> {
  const setup = await checkSetup(openContext(shared));
  print(renderSetup(setup));
  if (!isUsable(setup)) process.exitCode = 1;
}
