// A row of the bench's table: what was asked, what came out, and how far that is from the least possible.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A measured budget. `ratio` is to the lower bound that was measured in the same run; null where there is none. */
export type Row = {
  readonly name: string;
  readonly budget: number;
  readonly measured: number;
  readonly unit: string;
  readonly ratio: number | null;
  readonly ok: boolean;
};

type Said = { readonly budget: number; readonly measured: number; readonly unit: string; readonly floor?: number };

/** A row whose value may be at most the budget; `floor` is the lower bound. */
export const atMost = (name: string, { budget, measured, unit, floor }: Said): Row => ({
  name,
  ...rounded({ budget, measured }),
  unit,
  ratio: floor === undefined || floor === 0 ? null : round(measured / floor),
  ok: measured <= budget,
});

/** A row whose value must be at least the budget; `floor` is what the best possible would reach. */
export const atLeast = (name: string, { budget, measured, unit, floor }: Said): Row => ({
  name,
  ...rounded({ budget, measured }),
  unit,
  ratio: floor === undefined || measured === 0 ? null : round(floor / measured),
  ok: measured >= budget,
});

const round = (value: number): number => Number(value.toPrecision(value >= 100 ? 4 : 3));
const rounded = ({ budget, measured }: { readonly budget: number; readonly measured: number }) => ({
  budget: round(budget),
  measured: round(measured),
});

const columns = ['name', 'budget', 'measured', 'unit', 'ratio', 'ok'] as const;

/** The rows as a table for people. */
export const tableOf = (rows: readonly Row[]): string => {
  const cells = [
    columns,
    ...rows.map(({ ok, ratio, ...row }) =>
      columns.map((column) =>
        column === 'ok' ? (ok ? 'yes' : 'NO') : column === 'ratio' ? String(ratio ?? '-') : String(row[column]),
      ),
    ),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)));
  const isNumber = (index: number): boolean => index === 1 || index === 2 || index === 4;
  const aligned = (cell: string, index: number): string =>
    isNumber(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0);
  return cells.map((line) => line.map(aligned).join('  ').trimEnd()).join('\n');
};

/** Keeps the rows of a run beside those of earlier ones. */
export const saveRows = (rows: readonly Row[], about: Readonly<Record<string, unknown>>): string => {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const at = new Date().toISOString();
  const file = join(folder, `${at.replaceAll(':', '-').slice(0, 19)}.json`);
  writeFileSync(file, `${JSON.stringify({ at, ...about, rows }, undefined, 2)}\n`);
  return file;
};
