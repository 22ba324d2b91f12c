import { type Emulator, openEmulator } from "../../emulator.ts";

export const project = "projects/local";
export const at = (id: string) => `${project}/branches/${id}`;
export const spec = (fields: object) => ["--json", JSON.stringify({ spec: fields })];
/** When the branch `leaf` ends. */
export const someday = "2099-01-01T00:00:00.000Z";

/** production, with the child `dev`, that with the child `leaf`, which expires. */
export async function openTree(): Promise<Emulator> {
  const emulator = await openEmulator({ max_branches: 4 });
  await growTree(emulator);
  return emulator;
}

export async function growTree(emulator: Emulator): Promise<void> {
  const dev = await emulator.addBranch("dev");
  await emulator.addBranch("leaf", { expire_time: someday }, dev);
}
