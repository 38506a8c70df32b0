// places.mjs LIBRARIES MODULE...: takes out of the modules, which share one memory, where libraries lie on the machine that built the page, and which of their
// lines could panic. That is nobody's business, and some kilobytes; what happened, and where in our own code, stays.
import fs from "node:fs";

const [libraries, ...names] = process.argv.slice(2);
const modules = names.map((name) => ({ name, bytes: fs.readFileSync(name) }));
for (const module of modules) module.segments = segments(module.bytes);

/** The initialised parts of memory: their address, and where they stand in the module. */
function segments(bytes) {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const found = [];
  while (at < bytes.length) {
    const id = bytes[at++], end = number() + at;
    for (let count = id === 11 ? number() : 0; count > 0; count--) {
      // Each is put at a constant: mode 0, i32.const, the address, end.
      if (number() !== 0 || bytes[at++] !== 0x41) throw new Error("a part of memory that is not at a constant");
      const address = number();
      at++;
      const length = number();
      found.push({ address, from: at, to: at + length });
      at += length;
    }
    at = end;
  }
  return found;
}

// Paths become dots; their addresses and lengths tell where they are named.
const path = new RegExp(`${libraries.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}/registry/src/[\\w./@+-]*?\\.rs|/rustc/[0-9a-f]{40}/[\\w./-]*?\\.rs`, "g");
const lengths = new Map();
for (const { bytes, segments } of modules) {
  for (const { address, from, to } of segments) {
    for (const { 0: text, index } of bytes.toString("latin1", from, to).matchAll(path)) {
      lengths.set(address + index, text.length);
      bytes.fill(".", from + index, from + index + text.length);
    }
  }
}
if (lengths.size === 0) throw new Error(`no path below ${libraries} was found: the page would tell where it was built`);
// What names one is `core::panic::Location`: address, length, line, column. All become the same one, a single dot.
const [dot] = lengths.keys();
for (const { name, bytes, segments } of modules) {
  for (const { address, from, to } of segments) {
    for (let at = from + ((4 - (address % 4)) % 4); at + 16 <= to; at += 4) {
      const [address, length, line, column] = [0, 4, 8, 12].map((field) => bytes.readUInt32LE(at + field));
      const isPlace = lengths.has(address) && [0, 1].includes(length - lengths.get(address)) && line > 0 && line < 100_000 && column > 0 && column < 1_000;
      if (isPlace) [dot, 1, 0, 0].forEach((value, field) => bytes.writeUInt32LE(value, at + 4 * field));
    }
  }
  fs.writeFileSync(name, bytes);
}
