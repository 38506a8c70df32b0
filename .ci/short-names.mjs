// short-names WASM JS: gives what a WebAssembly module and its script call each other by short names. The long ones end in hashes,
// which no compression makes smaller.
import fs from "node:fs";

const [wasm, js] = process.argv.slice(2);
const bytes = fs.readFileSync(wasm);
const names = new Map();
const short = (name) => names.get(name) ?? names.set(name, `_${names.size.toString(36)}`).get(name);
// Their names only, which occur nowhere else: those that end in a hash.
const isLong = (name) => /_[0-9a-f]{16}$|^_ZN/.test(name);

let at = 8;
const number = () => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
};
const encoded = (value) => {
  const out = [];
  do {
    out.push((value & 127) | (value > 127 ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(out);
};
const name = () => {
  const length = number();
  at += length;
  return bytes.toString("utf8", at - length, at);
};
const written = (text) => Buffer.concat([encoded(Buffer.byteLength(text)), Buffer.from(text)]);
const renamed = (text) => written(isLong(text) ? short(text) : text);

const imports = () => {
  const module = name(), field = name(), kind = bytes[at++];
  if (kind !== 0) throw new Error(`${module}.${field} is not a function`);
  return [written(module), renamed(field), Buffer.from([kind]), encoded(number())];
};
const exports = () => {
  const field = name(), kind = bytes[at++];
  return [renamed(field), Buffer.from([kind]), encoded(number())];
};

const parts = [bytes.subarray(0, 8)];
while (at < bytes.length) {
  const begin = at, id = bytes[at++], size = number(), end = at + size;
  const entry = { 2: imports, 7: exports }[id];
  if (entry) {
    const count = number(), body = [encoded(count)];
    for (let i = 0; i < count; i++) body.push(...entry());
    const content = Buffer.concat(body);
    parts.push(Buffer.from([id]), encoded(content.length), content);
  } else {
    parts.push(bytes.subarray(begin, end));
  }
  at = end;
}
fs.writeFileSync(wasm, Buffer.concat(parts));
const script = fs.readFileSync(js, "utf8");
fs.writeFileSync(js, script.replace(/[A-Za-z_$][\w$]*/g, (word) => names.get(word) ?? word));
