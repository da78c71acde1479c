import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { bundle, bundleOptions } from '#infra/aws/bundle';
import { environment, functions } from '#infra/wiring';

// Outside the project, so that nothing is found in its node_modules: as in Lambda.
const home = mkdtempSync(join(tmpdir(), 'lazo-bundles-'));

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const entries = [
  ...Object.values(functions).map(({ entry }) => entry),
  'infra/aws/on-deploy/make-secrets.ts',
  'infra/aws/on-deploy/activate-receipt-rules.ts',
];

const nameOf = (entry: string): string => entry.replaceAll('/', '-');
const folderOf = (entry: string): string => join(home, nameOf(entry));

/** Runs code in a process of its own in the folder of a bundle, with the environment of the wiring. */
const runIn = (folder: string, code: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      AWS_REGION: 'us-east-1',
      NODE_COMPILE_CACHE: join(home, 'compiled'),
      ...Object.fromEntries(Object.keys(environment).map((name) => [name, '[]'])),
    },
  });

describe('bundles', () => {
  // In one run of esbuild: the modules and the options are those of the bundles that `npm run synth` makes one by one, in as much
  // time as one of them takes.
  beforeAll(() => {
    const entryPoints = entries.map((entry) => ({ in: entry, out: nameOf(entry) }));
    buildSync({ ...bundleOptions, entryPoints, outdir: home });
  }, 120_000);

  it.each(entries)('%s starts on its own and exports its handler', (entry) => {
    const file = `${nameOf(entry)}.mjs`;
    expect(runIn(home, `console.log(typeof (await import('./${file}')).handler)`)).toBe('function\n');
    expect(existsSync(join(home, `${file}.map`))).toBe(true);
  });

  it('bring the fonts that are read at run time', () => {
    const folder = folderOf('test/infra/prints-a-page.ts');
    bundle('test/infra/prints-a-page.ts', folder);
    const bytes = runIn(folder, "console.log(await (await import('./index.mjs')).handler())");
    expect(Number(bytes)).toBeGreaterThan(500);
  });

  it('compile templates without what comes with the compiler and is never asked', () => {
    const folder = folderOf('test/infra/compiles-a-template.ts');
    bundle('test/infra/compiles-a-template.ts', folder);
    const html = runIn(folder, "console.log(await (await import('./index.mjs')).handler())");
    expect(html).toMatch(/<p class="big" style="font-size: 40px;?">Ñandú<\/p>/);
  });

  it('bring no source along', () => {
    const folder = folderOf('infra/aws/on-deploy/make-secrets.ts');
    bundle('infra/aws/on-deploy/make-secrets.ts', folder);
    expect(runIn(folder, "console.log(typeof (await import('./index.mjs')).handler)")).toBe('function\n');
    const map = JSON.parse(readFileSync(join(folder, 'index.mjs.map'), 'utf8')) as object;
    expect(map).not.toHaveProperty('sourcesContent');
  });
});
