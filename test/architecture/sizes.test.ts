import { describe, expect, it } from '@jest/globals';
import { functions } from '#infra/wiring';
import { productFiles, read } from './tree.ts';

// Lint limits files and functions; here stand the limits of whole parts.
const lines = (path: string): number => read(path).trimEnd().split('\n').length;

/** Lines that are neither blank nor comment. */
const codeLines = (path: string): number =>
  read(path)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/?\*)/.test(line)).length;

describe('sizes', () => {
  it('keeps a Lambda entry thin: at most 40 lines', () => {
    const entries = Object.values(functions).map(({ entry }) => entry);
    expect(entries.filter((path) => lines(path) > 40)).toEqual([]);
  });

  it('keeps the machinery small: at most 6,710 lines of code in kernel and compiler, the list of ports apart (ADR 12)', () => {
    const all = [...productFiles('shared/kernel'), ...productFiles('graphql/compile')];
    const machinery = all.filter((path) => path !== 'shared/kernel/ports.ts');
    expect(machinery.reduce((sum, path) => sum + codeLines(path), 0)).toBeLessThanOrEqual(6_710);
  });
});
