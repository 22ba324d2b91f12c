import { createHash } from "node:crypto";

/** The caller, as SCIM describes a user. The id is made from the name, so that it stays the same. */
export function currentUser(userName: string): object {
  return {
    id: String(createHash("sha256").update(userName).digest().readUIntBE(0, 6)),
    userName,
    displayName: userName,
    active: true,
    emails: [{ value: userName, type: "work", primary: true }],
    groups: [],
  };
}
