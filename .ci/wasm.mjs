// wasm.mjs MODULE SCRIPT: gives what a WebAssembly module and its script call each other by short names. The long ones end in hashes,
// which no compression makes smaller.
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

/** An import; all of the first part's are functions. */
function importedFunction(reader) {
  const from = reader.name(), field = reader.name(), kind = reader.byte();
  if (kind !== 0) throw new Error(`${from} ${field} is not a function`);
  return { from, field, type: reader.number() };
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

shorten(...process.argv.slice(2));
