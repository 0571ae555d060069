// Reads CSV files (RFC 4180).

/** `{ columns, rows }`; all cells are texts. */
export function csv(text) {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const [columns, ...rows] = lines.map(cells);
  return { columns, rows };
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
