import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { areas, namesOf } from './new-module/names.ts';
import { registered } from './new-module/registration.ts';

describe('the names of a module', () => {
  it('follow from its path', () => {
    expect(namesOf('sales/price-lists', new Map())).toEqual({
      path: 'sales/price-lists',
      area: 'sales',
      folder: 'price-lists',
      file: 'price-list',
      entity: 'PriceList',
      word: 'priceList',
      plural: 'priceLists',
      prefix: 'pri',
    });
    expect(namesOf('catalog/categories', new Map()).entity).toBe('Category');
    expect(namesOf('catalog/boxes', new Map()).entity).toBe('Box');
  });

  it('take an id prefix that nobody has', () => {
    expect(namesOf('sales/quotes', new Set(['quo'])).prefix).toBe('qt');
    expect(namesOf('sales/quotes', new Set(['quo', 'qt'])).prefix).toBe('quot');
  });

  it.each(['quotes', 'sale/quotes', 'sales/Quotes', 'sales/quote', 'sales/quotes/lines', '../quotes', ''])(
    'are refused for %s, with what would do',
    (path) => {
      expect(() => namesOf(path, new Map())).toThrow(/such as sales\/quotes|Folders are plural/);
    },
  );
});

describe('the line in the registry', () => {
  const registry = readFileSync('shared/modules/registry.ts', 'utf8');
  const order = (source: string): readonly string[] =>
    [...source.matchAll(/^ {2}(\w+),$/gm)].map(([, name = '']) => name);

  it.each(areas)('stands after all of %s and of the areas before it', (area) => {
    const withModule = registered(registry, namesOf(`${area}/zebras`, new Map()));
    const level = areas.indexOf(area);
    const areaOf = new Map(
      [...withModule.matchAll(/\{ (\w+) \} from '#modules\/(\w+)/g)].map(([, name, of]) => [name, of]),
    );
    const levels = order(withModule).map((name) => areas.findIndex((known) => known === areaOf.get(name)));
    const at = order(withModule).indexOf('zebras');
    expect(levels[at]).toBe(level);
    expect(levels.slice(at + 1).every((later) => later > level)).toBe(true);
  });

  it('is refused where the name is taken', () => {
    expect(() => registered(registry, namesOf('sales/accounts', new Map()))).toThrow('called accounts');
  });
});

const copied = [
  ...['shared', 'graphql', 'functions', 'infra', 'scripts', 'test', 'docs'],
  ...['package.json', 'tsconfig.json', 'jest.config.js', '.prettierrc', '.prettierignore', '.dependency-cruiser.js'],
];

describe('npm run new:module sales/zebras', () => {
  let root = '';
  const node = (...command: readonly string[]): Promise<string> => {
    const { FORCE_COLOR: _colour, JEST_WORKER_ID: _worker, ...env } = process.env;
    return new Promise((settle, reject) => {
      execFile(process.execPath, command, { cwd: root, env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${command.join(' ')}\n${stdout}${stderr}`));
        else settle(`${stdout}${stderr}`);
      });
    });
  };
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'lazo-module-'));
    for (const path of copied) cpSync(path, join(root, path), { recursive: true });
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'dir');
    await node('--import', './scripts/host.js', 'scripts/new-module.ts', 'sales/zebras');
  }, 120_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('compiles, and is in the schema and the reference', async () => {
    const only = {
      extends: './tsconfig.json',
      include: ['shared/modules/registry.ts', 'shared/modules/sales/zebras', 'shared/**/*.d.ts'],
    };
    writeFileSync(
      join(root, 'tsconfig.only.json'),
      JSON.stringify({ ...only, compilerOptions: { incremental: false } }),
    );
    expect(await node('node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.only.json')).toBe('');
    await node('--import', './scripts/host.js', 'graphql/print-schema.ts', '--check');
    await node('--import', './scripts/host.js', 'scripts/docs.ts', '--check');
    expect(readFileSync(join(root, 'graphql/schema.graphql'), 'utf8')).toContain('closeZebra(');
    expect(readFileSync(join(root, 'docs/reference/events.md'), 'utf8')).toContain('`zebra.closed`');
  }, 120_000);

  it('passes its own tests and the conformance suite', async () => {
    const said = await node(
      ...['node_modules/jest/bin/jest.js', '--maxWorkers=1', '--testNamePattern=zebra'],
      ...['shared/modules/sales/zebras', 'test/conformance/entities', 'test/conformance/isolation'],
    );
    expect(said).toMatch(/Test Suites: 4 passed/);
    expect(said).not.toContain('failed');
  }, 120_000);
});
