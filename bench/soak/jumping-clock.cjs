// Required by each of our programs in a soak: their clock is off by what a file says, which may change at any time.
const { readFileSync } = require("node:fs");

const path = process.env.SOAK_CLOCK;
/** How long an offset is believed before the file is read again, in milliseconds. */
const trust = 100;
let offset = 0;
let readAt = Number.NEGATIVE_INFINITY;

function findOffset() {
  const at = performance.now();
  if (at - readAt < trust) return offset;
  readAt = at;
  try {
    offset = Number(readFileSync(path, "utf8"));
  } catch {
    // Nobody has set the clock.
  }
  return offset;
}

const { now } = Date;
const tell = () => now() + findOffset();
globalThis.Date = new Proxy(Date, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [tell()] : args, self),
  get: (target, name) => (name === "now" ? tell : Reflect.get(target, name)),
});
