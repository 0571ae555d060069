// Reads what an NPZ file holds: a ZIP archive of NumPy arrays.

import { inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The files in a ZIP archive, `{ name: bytes }`, by its central directory. */
export function unzip(bytes) {
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error("this is no ZIP archive: it has no end record");
  const files = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error(`no entry at ${at}`);
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place));
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const [method, size, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + size);
    files[name] = method === 8 ? inflateRawSync(packed) : packed;
    at += 46 + nameLength + extra + comment;
  }
  return files;
}

const READERS = {
  "<f8": [8, (bytes, at) => bytes.readDoubleLE(at)],
  "<f4": [4, (bytes, at) => bytes.readFloatLE(at)],
  "<i8": [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
  "<u8": [8, (bytes, at) => Number(bytes.readBigUInt64LE(at))],
  "<i4": [4, (bytes, at) => bytes.readInt32LE(at)],
  "<u4": [4, (bytes, at) => bytes.readUInt32LE(at)],
};

/** A NumPy array (format 1.0 to 3.0, C order): `{ shape, values, type }`. */
export function npy(bytes) {
  if (bytes.toString("latin1", 1, 6) !== "NUMPY") throw new Error("this is no NumPy array");
  const long = bytes[6] > 1;
  const length = long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8);
  const start = (long ? 12 : 10) + length;
  const header = bytes.toString("utf8", long ? 12 : 10, start);
  if (!header.includes("'fortran_order': False")) throw new Error(header);
  const [, type] = /'descr': '([^']+)'/.exec(header);
  const shape = /'shape': \(([^)]*)\)/.exec(header)[1].split(",").filter((part) => part.trim()).map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (type.startsWith("<U")) {
    const letters = Array.from({ length: Number(type.slice(2)) }, (_, place) => bytes.readUInt32LE(start + 4 * place));
    return { shape, type, text: String.fromCodePoint(...letters) };
  }
  if (!READERS[type]) return { shape, type, bytes: bytes.subarray(start) };
  const [size, get] = READERS[type];
  return { shape, type, values: Array.from({ length: count }, (_, place) => get(bytes, start + place * size)) };
}
