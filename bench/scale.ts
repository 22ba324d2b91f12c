import { print } from "./print.ts";
import { renderScale } from "./simulate-scale.ts";

print(renderScale());
