import { renderScale } from "./simulate-scale.ts";
import { print } from "./support/print.ts";

print(renderScale());
