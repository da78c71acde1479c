// npm run features [-- --json | --write]: every feature of the specification with the tests that prove it.
// docs/features.json keeps ids and titles, so that a clone alone can answer; --write takes them anew from the specification.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CoveredFeature, type Feature, coverFeatures, parseFeatures } from './feature-coverage.ts';

const committed = 'docs/features.json';
const specification = join(process.env['LAZO_SHARED'] ?? '../shared', 'spec/features.md');

const readSpecified = (): string | undefined =>
  existsSync(specification)
    ? `${JSON.stringify(parseFeatures(readFileSync(specification, 'utf8')), undefined, 2)}\n`
    : undefined;

const readTestFiles = () =>
  globSync('{shared,graphql,functions,infra,test,bench}/**/*.test.ts')
    .sort()
    .map((path) => ({ path: path.replaceAll('\\', '/'), source: readFileSync(path, 'utf8') }));

const printTable = (features: readonly CoveredFeature[]): void => {
  for (const { id, title, tests } of features) {
    console.log(`${tests.length > 0 ? 'covered ' : '        '} ${id}  ${title}`);
    for (const test of tests) console.log(`                   ${test}`);
  }
  const covered = features.filter(({ tests }) => tests.length > 0).length;
  console.log(`\n${String(covered)} of ${String(features.length)} features covered`);
};

const fail = (problem: string): void => {
  console.error(problem);
  process.exitCode = 1;
};

const specified = readSpecified();
if (process.argv.includes('--write')) {
  if (specified === undefined) throw new Error(`No specification at ${specification}; say where with LAZO_SHARED.`);
  writeFileSync(committed, specified);
}
const listed = readFileSync(committed, 'utf8');
const { features, unknownIds } = coverFeatures(JSON.parse(listed) as Feature[], readTestFiles());
if (process.argv.includes('--json')) console.log(JSON.stringify({ features }, undefined, 2));
else printTable(features);
if (specified !== undefined && specified !== listed) {
  fail(`${committed} differs from ${specification}: npm run features -- --write`);
}
for (const unknown of unknownIds) fail(`No such feature: ${unknown}`);
