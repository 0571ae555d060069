// Figures on a page, by their kind.

import { until } from "./server.mjs";

export const figure = (page, kind) => page.locator(`figure[data-chart="${kind}"]`);
export const plot = (page, kind) => figure(page, kind).locator(".plot");

/** Brings a figure onto the screen and waits until it is drawn. */
export async function drawn(page, kind) {
  await plot(page, kind).scrollIntoViewIfNeeded();
  await until(`the figure ${kind} is drawn`, () => inked(page, kind));
  return plot(page, kind);
}

/** Whether the canvas of a figure has pixels of more than two colours: a background, axes and data. */
async function inked(page, kind) {
  return plot(page, kind).evaluate((place) => {
    const canvas = place.querySelector("canvas");
    if (!canvas || canvas.width === 0 || canvas.height === 0) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let at = 0; at < data.length && colours.size < 4; at += 4) {
      colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    }
    return colours.size > 2;
  });
}

/** The picture on a figure's canvas as a data URL, to see whether it changed. */
export async function picture(page, kind) {
  return plot(page, kind).evaluate((place) => place.querySelector("canvas")?.toDataURL() ?? "");
}

/** The colour of a canvas's corner, which is background: `r,g,b,a`. */
export async function background(page, kind) {
  return plot(page, kind).evaluate((place) => {
    const canvas = place.querySelector("canvas");
    return [...canvas.getContext("2d").getImageData(1, 1, 1, 1).data].join(",");
  });
}

/** Opens the panel about a figure: what it says, what it measures, its numbers. */
export async function about(page, kind) {
  const panel = page.locator(`dialog.panel[data-about="${kind}"]`);
  if (!(await panel.isVisible())) await figure(page, kind).locator('[data-opens="about"]').click();
  await panel.locator("table").waitFor();
  return panel;
}

/** The table behind a figure: `{ columns, rows }`, all texts; opens the panel and closes it again. */
export async function numbers(page, kind) {
  const panel = await about(page, kind);
  const table = await panel.locator("table").evaluate((table) => ({
    columns: [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim()),
    rows: [...table.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  }));
  await panel.getByRole("button", { name: "Close" }).click();
  await panel.waitFor({ state: "hidden" });
  return table;
}

/** Where the line of the cursor stands in a figure, in pixels from its left; null where there is none. */
export async function cursorAt(page, kind) {
  return plot(page, kind).evaluate((place) => {
    const line = place.querySelector(".cursor");
    return line ? Number.parseFloat(line.style.left) : null;
  });
}
