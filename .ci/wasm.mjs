// What no tool at hand does to a WebAssembly module.
//
// wasm.mjs stub PATTERN MODULE...: empties the functions whose names match; what only they needed, wasm-opt then removes.
// wasm.mjs shorten MODULE SCRIPT: gives what a module and its script call each other by short names. The long ones end in hashes, which
// no compression makes smaller.
import fs from "node:fs";

/** Reads a module's parts in their order; `change` names the new content of a section by its number, or nothing. */
function rewrite(file, change) {
  const bytes = fs.readFileSync(file), parts = [bytes.subarray(0, 8)], reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const begin = reader.at, id = reader.byte(), size = reader.number(), end = reader.at + size;
    const content = change(id, reader, end);
    parts.push(...(content ? [Buffer.from([id]), number(content.length), content] : [bytes.subarray(begin, end)]));
    reader.at = end;
  }
  fs.writeFileSync(file, Buffer.concat(parts));
}

class Reader {
  constructor(bytes, at) {
    Object.assign(this, { bytes, at });
  }
  byte() {
    return this.bytes[this.at++];
  }
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
  take(length) {
    return this.bytes.subarray(this.at, (this.at += length));
  }
  name() {
    return this.take(this.number()).toString();
  }
  list(entry) {
    return Array.from({ length: this.number() }, () => entry());
  }
}

function number(value) {
  const out = [];
  do {
    out.push((value & 127) | (value > 127 ? 128 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return Buffer.from(out);
}
const name = (text) => Buffer.concat([number(Buffer.byteLength(text)), Buffer.from(text)]);
const list = (entries) => Buffer.concat([number(entries.length), ...entries]);

/** The functions' names, from the section of that name, and how many of them are imported. */
function functions(file) {
  const names = new Map();
  let imported = 0;
  rewrite(file, (id, reader, end) => {
    if (id === 2) imported = reader.list(() => importedFunction(reader)).filter(Boolean).length;
    if (id !== 0 || reader.name() !== "name") return;
    while (reader.at < end) {
      const kind = reader.byte(), next = reader.number() + reader.at;
      if (kind === 1) reader.list(() => names.set(reader.number(), reader.name()));
      reader.at = next;
    }
  });
  return { names, imported };
}

/** An import, if it is a function: all imports of the main part are. */
function importedFunction(reader) {
  const from = reader.name(), field = reader.name(), kind = reader.byte();
  if (kind === 0) return { from, field, type: reader.number() };
  if (kind === 1) reader.byte();
  if (kind === 3) {
    reader.take(2);
    return undefined;
  }
  const limits = reader.byte();
  reader.number();
  if (limits & 1) reader.number();
  return undefined;
}

function stub(pattern, file) {
  const { names, imported } = functions(file);
  // No locals, `unreachable`, `end`.
  const empty = Buffer.from([3, 0, 0x00, 0x0b]);
  rewrite(file, (id, reader) => {
    if (id !== 10) return;
    let at = imported;
    return list(reader.list(() => {
      const body = reader.take(reader.number());
      return pattern.test(names.get(at++) ?? "") ? empty : Buffer.concat([number(body.length), body]);
    }));
  });
}

function shorten(module, script) {
  const names = new Map();
  // Their names only, which occur nowhere else: those that end in a hash.
  const renamed = (text) => {
    if (!/_[0-9a-f]{16}$|^_ZN/.test(text)) return name(text);
    if (!names.has(text)) names.set(text, `_${names.size.toString(36)}`);
    return name(names.get(text));
  };
  rewrite(module, (id, reader) => {
    if (id === 2) return list(reader.list(() => importedFunction(reader)).map(({ from, field, type }) => Buffer.concat([name(from), renamed(field), Buffer.from([0]), number(type)])));
    if (id === 7) return list(reader.list(() => Buffer.concat([renamed(reader.name()), Buffer.from([reader.byte()]), number(reader.number())])));
  });
  fs.writeFileSync(script, fs.readFileSync(script, "utf8").replace(/[A-Za-z_$][\w$]*/g, (word) => names.get(word) ?? word));
}

const [what, ...rest] = process.argv.slice(2);
if (what === "stub") rest.slice(1).forEach((file) => stub(new RegExp(rest[0]), file));
else shorten(...rest);
