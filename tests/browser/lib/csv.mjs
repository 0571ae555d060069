// Reads CSV files (RFC 4180), with remarks in lines that begin with `#`.

/** `{ remarks, columns, rows }`; all cells are texts. */
export function csv(text) {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const remarks = lines.filter((line) => line.startsWith("#"));
  const [columns, ...rows] = lines.filter((line) => !line.startsWith("#")).map(cells);
  return { remarks, columns, rows };
}

function cells(line) {
  const found = [];
  const pattern = /("(?:[^"]|"")*"|[^,]*)(,|$)/g;
  for (;;) {
    const [, cell, after] = pattern.exec(line);
    found.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (after === "") return found;
  }
}
