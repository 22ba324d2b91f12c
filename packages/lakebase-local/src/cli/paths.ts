/** A resource's name as part of a request's path. Nothing in it starts a query: `dev?purge=true` names no branch. */
export function encodePath(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
