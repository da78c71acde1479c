// A cold start: what a container reads and how long it takes from its spawn to the first answer, beside a handler that
// brings the same third-party packages, the same schema, and nothing of ours.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundle, projectRoot } from '#infra/aws/bundle';
import type { Data } from './data.ts';
import { median, runs } from './measure.ts';
import type { Product } from './product.ts';
import { atMost, type Row } from './rows.ts';

const entry = 'functions/graphql.ts';
const folder = 'bench/results/cold-start';
const kib = 1024;
/** What our own code may weigh, for each module (design.md section 11). */
const perModule = 12 * kib;

/** The rows. */
export const coldStartRows = async (product: Product, data: Data): Promise<readonly Row[]> => {
  const places = bundleAll(product);
  const [ours, packages] = [readAtStart(places.ours), readAtStart(places.packages)];
  const modules = product.runtime.registry.modules.length;
  const event = JSON.stringify(
    product.event('query First($id: ID!) { contact(id: $id) { id name email } }', { id: data.contact }),
  );
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    times.ours.push(await firstAnswer(places.ours, event));
    times.baseline.push(await firstAnswer(places.baseline, event));
  }
  rmSync(join(projectRoot, folder), { recursive: true });
  const floor = median(times.baseline);
  return [
    atMost('cold start, bundle', {
      ...{
        budget: (1.25 * packages + modules * perModule) / kib,
        measured: ours / kib,
        unit: 'KiB',
        floor: packages / kib,
      },
    }),
    atMost('cold start, spawn to first answer', {
      budget: 1.3 * floor,
      measured: median(times.ours),
      unit: 'ms',
      floor,
    }),
  ];
};

type Places = Readonly<Record<'ours' | 'packages' | 'baseline', string>>;

/** Bundles the function, its third-party imports alone, and a bare handler over these. */
const bundleAll = ({ actor }: Product): Places => {
  const home = join(projectRoot, folder);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'packages.ts'), packageImports());
  writeFileSync(join(home, 'baseline.ts'), baseline(actor.tenant));
  const places = { ours: join(home, 'ours'), packages: join(home, 'packages'), baseline: join(home, 'baseline') };
  bundle(entry, places.ours);
  bundle(`${folder}/packages.ts`, places.packages);
  bundle(`${folder}/baseline.ts`, places.baseline);
  return places;
};

/** What our code imports of packages, name by name, so that the rest is left out of both bundles alike. */
const packageImports = (): string => {
  const { metafile } = buildSync({
    absWorkingDir: projectRoot,
    entryPoints: [entry],
    ...{ bundle: true, platform: 'node', format: 'esm', splitting: true, outdir: folder, write: false, metafile: true },
  });
  const lines = Object.entries(metafile.inputs)
    .filter(([path]) => !path.includes('node_modules/'))
    .flatMap(([path, { imports }]) => {
      const source = readFileSync(join(projectRoot, path), 'utf8');
      return imports
        .filter((each) => each.path.includes('node_modules/'))
        .map(({ kind, original = '' }) => (kind === 'dynamic-import' ? lazily(original) : eagerly(source, original)));
    });
  return [...new Set(lines)].map((line, index) => line.replaceAll('$', `_${String(index)}`)).join('\n');
};

const lazily = (name: string): string => `export const later$ = () => import('${name}');`;

const eagerly = (source: string, name: string): string => {
  const found = [...source.matchAll(/^import (?!type)((?:[^;](?!\bfrom '))*?) from '([^']+)';/gm)].find(
    ([, , from]) => from === name,
  );
  const what = found?.[1] ?? '';
  if (what.startsWith('*')) return `export * as all$ from '${name}';`;
  const [, whole = '', named = ''] = /^(\w+)?,? ?(?:\{([^}]*)\})?$/s.exec(what.trim()) ?? [];
  const names = named
    .split(',')
    .map((each) => each.trim().split(' as ')[0] ?? '')
    .filter((each) => each !== '' && !each.startsWith('type '));
  return `export { ${[...(whole ? ['default'] : []), ...names].map((each) => `${each} as ${each}$`).join(', ')} } from '${name}';`;
};

/** A handler with our schema and our table, and neither our compiler nor our domain. */
const baseline = (tenant: string): string => {
  const sdl = readFileSync(join(projectRoot, 'graphql/schema.graphql'), 'utf8');
  return `export * from './packages.ts';
import { buildASTSchema, parse } from 'graphql';
import { openTable } from '#aws/table';
import { openBareApi } from '../../bare-api.ts';
const [issuer] = JSON.parse(process.env['OIDC_ISSUERS'] ?? '[]');
const schema = buildASTSchema(parse(${JSON.stringify(sdl)}, { noLocation: true }), { assumeValid: true });
const table = openTable({ tableName: process.env['TABLE_NAME'] ?? '' });
export const handler = openBareApi({ table, tenant: ${JSON.stringify(tenant)}, issuer }, schema);`;
};

/** Bytes of the chunks that are read before the first line runs. */
const readAtStart = (place: string): number => {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const code = readFileSync(join(place, name), 'utf8');
    for (const [, other = ''] of code.matchAll(/(?:from|import)"\.\/([^"]+\.mjs)"/g)) visit(other);
  };
  visit('index.mjs');
  return [...seen].reduce((sum, name) => sum + statSync(join(place, name)).size, 0);
};

const program = `const { handler } = await import('./index.mjs');
const { body } = await handler(JSON.parse(process.env.BENCH_EVENT), {});
process.stdout.write(body, () => process.exit(0));`;

/** Milliseconds from the spawn of a process to its first answer. @throws when that is an error */
const firstAnswer = (place: string, event: string): Promise<number> => {
  const from = performance.now();
  const { NODE_COMPILE_CACHE: _cache, ...environment } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: place,
    env: { ...environment, BENCH_EVENT: event },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.on('error', reject);
  child.on('exit', () => {
    const took = performance.now() - from;
    if (said.includes('"email":"')) resolve(took);
    else reject(new Error(`${place} answered ${said}`));
  });
  return promise;
};
