import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

// A rule that never fires protects nothing. Here is a tree that breaks each of them once.
const quotes = 'shared/modules/sales/quotes';
const accounts = 'shared/modules/parties/accounts';

const tree: Readonly<Record<string, string>> = {
  'node_modules/@aws-sdk/client-s3/package.json': '{ "name": "@aws-sdk/client-s3", "main": "index.js" }',
  'node_modules/@aws-sdk/client-s3/index.js': '',
  'node_modules/smtp-server/package.json': '{ "name": "smtp-server", "main": "index.js" }',
  'node_modules/smtp-server/index.js': '',
  'node_modules/stowaway/package.json': '{ "name": "stowaway", "main": "index.js" }',
  'node_modules/stowaway/index.js': '',

  // Allowed: nothing of this may be reported.
  'shared/kernel/index.ts': `export const word = 1;`,
  'shared/aws/table.ts': `import '@aws-sdk/client-s3'; import '#infra/wiring'; import '#kernel';`,
  'infra/wiring.ts': `export const functions = {};`,
  'infra/local/engine.ts': `import 'smtp-server'; import '#infra/wiring';`,
  [`${accounts}/index.ts`]: `export * from './account.rules.ts'; export * from './account.operations.ts';`,
  [`${accounts}/account.rules.ts`]: `import { createHash } from 'node:crypto'; import '#kernel';`,
  [`${quotes}/index.ts`]: `import '#modules/parties/accounts';`,
  'shared/modules/registry.ts': `import '#modules/parties/accounts'; import '#modules/sales/quotes';`,
  'shared/kernel/operation.ts': `import type { Context } from './context.ts'; export type Operation = (context: Context) => void;`,
  'shared/kernel/context.ts': `import type { Operation } from './operation.ts'; export type Context = { operations: Operation[] };`,
  'graphql/compile/objects.ts': `import '#kernel';`,
  'graphql/print-schema.ts': `import '#modules'; import './compile/objects.ts';`,
  'functions/graphql.ts': `import '#graphql/print-schema'; import '#aws/table'; import '#modules';`,
  'bench/run.ts': `import '#test/support/world';`,
  'test/load/import.ts': `export const rows = 1;`,
  'test/support/world.ts': `import '#aws/table'; import '#infra/local/engine';`,
  [`${quotes}/quote.operations.test.ts`]: `import './index.ts'; import '#test/support/world'; import '#aws/table';`,

  // Forbidden: each of these is reported.
  'shared/kernel/clever.ts': `import '#modules/parties/accounts';`,
  [`${accounts}/shell.operations.ts`]: `import 'node:fs';`,
  [`${accounts}/sdk.operations.ts`]: `import '@aws-sdk/client-s3';`,
  [`${accounts}/adapter.operations.ts`]: `import '#aws/table';`,
  'shared/aws/business.ts': `import '#modules/parties/accounts';`,
  'graphql/special.ts': `import '#modules/sales/quotes';`,
  'infra/local/runner.ts': `import '../../functions/graphql.ts';`,
  'functions/lost.ts': `import '#infra/local/engine';`,
  [`${quotes}/deep.operations.ts`]: `import '../../parties/accounts/account.rules.ts';`,
  'functions/deep.ts': `import '../shared/modules/parties/accounts/account.rules.ts';`,
  [`${accounts}/upward.operations.ts`]: `import '#modules/sales/quotes';`,
  [`${quotes}/all.operations.ts`]: `import type {} from '#modules';`,
  'functions/tested.ts': `import '#test/support/world';`,
  'bench/tested.ts': `import '../test/load/import.ts';`,
  'shared/kernel/egg.ts': `import { hen } from './hen.ts'; export const egg = () => hen;`,
  'shared/kernel/hen.ts': `import { egg } from './egg.ts'; export const hen = () => egg;`,
  [`${accounts}/account.operations.ts`]: `import type { Zone } from '#modules/parties/zones'; export type Account = Zone;`,
  'shared/modules/parties/zones/index.ts': `import type {} from '#modules/parties/accounts'; export type Zone = 1;`,
  'shared/kernel/alone.ts': `export const alone = 1;`,
  'shared/kernel/broken.ts': `import './missing.ts';`,
  'shared/kernel/guest.ts': `import 'stowaway';`,
  'functions/tools.ts': `import 'smtp-server';`,
};

const expected: readonly string[] = [
  'kernel-knows-no-one: shared/kernel/clever.ts',
  `domain-is-pure: ${accounts}/shell.operations.ts`,
  `domain-is-pure: ${accounts}/sdk.operations.ts`,
  `modules-know-no-adapter: ${accounts}/adapter.operations.ts`,
  'adapters-know-no-business: shared/aws/business.ts',
  'graphql-compiles-the-registry: graphql/special.ts',
  'infra-runs-no-code: infra/local/runner.ts',
  'nothing-asks-where-it-runs: functions/lost.ts',
  `enter-a-module-by-its-index: ${quotes}/deep.operations.ts`,
  'enter-a-module-by-its-index-from-outside: functions/deep.ts',
  `areas-look-down-only-parties: ${accounts}/upward.operations.ts`,
  `the-registry-is-handed-in: ${quotes}/all.operations.ts`,
  'nobody-imports-tests: functions/tested.ts',
  'nobody-imports-tests-bench: bench/tested.ts',
  'no-cycles: shared/kernel/egg.ts',
  `no-cycles-between-parts: ${accounts}/account.operations.ts`,
  'no-orphans: shared/kernel/alone.ts',
  'imports-resolve: shared/kernel/broken.ts',
  'packages-are-declared: shared/kernel/guest.ts',
  'the-product-ships-what-it-imports: functions/tools.ts',
];

type Report = {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
};

const root = mkdtempSync(join(tmpdir(), 'lazo-rules-'));

const writeTree = (): void => {
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const file of ['package.json', 'tsconfig.json']) cpSync(file, join(root, file));
};

const reported = (): readonly string[] => {
  const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['--config', resolve('.dependency-cruiser.js'), '--output-type', 'json', '--no-cache'];
  const folders = ['shared', 'graphql', 'functions', 'infra', 'test', 'bench'];
  const { stdout } = spawnSync(process.execPath, [program, ...options, ...folders], { cwd: root });
  const { summary } = JSON.parse(stdout.toString()) as Report;
  return summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
};

describe('dependency rules', () => {
  let violations: readonly string[] = [];

  beforeAll(() => {
    writeTree();
    violations = reported();
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it.each(expected)('%s', (violation) => {
    expect(violations).toContain(violation);
  });

  it('let everything else pass', () => {
    expect(violations.filter((violation) => !expected.includes(violation))).toEqual([]);
  });
});
