// Empties functions of a wasm file by their names, so that wasm-opt can drop whatever only they use. `hydrate_async` hydrates pages of
// lazily loaded routes, of which there are none here; tables of functions keep it alive all the same, a fifteenth of the whole file.
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "../end2end/node_modules/binaryen/index.js";

const [, , file, pattern] = process.argv;
binaryen.setDebugInfo(true);
const wasm = binaryen.readBinary(readFileSync(file));
wasm.setFeatures(binaryen.Features.MutableGlobals | binaryen.Features.NontrappingFPToInt | binaryen.Features.SignExt | binaryen.Features.BulkMemory | binaryen.Features.ReferenceTypes | binaryen.Features.Multivalue);
let count = 0;
for (let index = 0; index < wasm.getNumFunctions(); index++) {
  const one = wasm.getFunctionByIndex(index);
  const { name, module } = binaryen.getFunctionInfo(one);
  if (module || !name.includes(pattern)) continue;
  binaryen.Function.setBody(one, wasm.unreachable());
  count++;
}
if (count === 0) throw new Error(`no function is named ${pattern}: has the framework renamed it?`);
writeFileSync(file, wasm.emitBinary());
