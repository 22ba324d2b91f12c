import { checkSetup, isUsable } from "../../setup/check-setup.ts";
import { openContext, type Shared } from "../command.ts";
import { print } from "../print.ts";
import { renderSetup } from "../render/setup.ts";

/** `doctor`: prints what is set up and what is wrong; the exit status is 1 where something keeps the tools from working. */
export async function doctor(shared: Shared): Promise<void> {
  const setup = await checkSetup(openContext(shared));
  print(renderSetup(setup));
  if (!isUsable(setup)) process.exitCode = 1;
}
