import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** What each rule must find: one line of code that breaks it, beside `given`. Typed rules first. */
const violations = {
  'typescript(await-thenable)': 'export const f = async () => { await given.length; };',
  'typescript(no-array-delete)': 'delete list[0];',
  'typescript(no-base-to-string)': 'export const f = () => String({});',
  'typescript(no-confusing-void-expression)': 'export const f = () => { const done = act(); return done; };',
  'typescript(no-deprecated)': 'old();',
  'typescript(no-duplicate-type-constituents)': 'export type T = string | string;',
  'typescript(no-floating-promises)': 'later();',
  'typescript(no-for-in-array)': 'for (const index in list) given.at(Number(index));',
  'typescript(no-implied-eval)': 'setTimeout("act()", 1);',
  'typescript(no-meaningless-void-operator)': 'void act();',
  'typescript(no-misused-promises)': 'if (later()) act();',
  'typescript(no-misused-spread)': 'export const f = () => [...given];',
  'typescript(no-redundant-type-constituents)': 'export type T = string | unknown;',
  'typescript(no-unnecessary-boolean-literal-compare)': 'export const f = (is: boolean) => is === true;',
  'typescript(no-unnecessary-condition)': 'export const f = () => given?.length;',
  'typescript(no-unnecessary-template-expression)': 'export const f = () => `${given}`;',
  'typescript(no-unnecessary-type-arguments)': 'export const f = (x: Box<string>) => x;',
  'typescript(no-unnecessary-type-assertion)': 'export const f = () => given as string;',
  'typescript(no-unnecessary-type-conversion)': 'export const f = () => String(given);',
  'typescript(no-unnecessary-type-parameters)': 'export const f = <T>(x: T): void => { given.at(Number(x)); };',
  'typescript(no-unsafe-argument)': 'act(JSON.parse(given));',
  'typescript(no-unsafe-assignment)': 'export const x = JSON.parse(given);',
  'typescript(no-unsafe-call)': 'JSON.parse(given)();',
  'typescript(no-unsafe-member-access)': 'export const f = (): unknown => JSON.parse(given).name;',
  'typescript(no-unsafe-return)': 'export const f = () => JSON.parse(given);',
  'typescript(no-unsafe-unary-minus)': 'export const f = () => -given;',
  'typescript(no-useless-default-assignment)': "export const f = ({ a = '' }: { a: string }) => a;",
  'typescript(only-throw-error)': 'export const f = () => { throw given; };',
  'typescript(prefer-includes)': "export const f = () => given.indexOf('x') !== -1;",
  'typescript(prefer-find)': 'export const f = () => list.filter((x) => x > 1)[0];',
  'typescript(prefer-nullish-coalescing)': 'export const f = (x: string | undefined) => x || given;',
  'typescript(prefer-optional-chain)': 'export const f = (x: { a: string } | undefined) => x && x.a;',
  'typescript(prefer-promise-reject-errors)': 'export const f = () => Promise.reject(given);',
  'typescript(prefer-reduce-type-parameter)': 'export const f = () => list.reduce((all) => all, [] as number[]);',
  'typescript(prefer-regexp-exec)': 'export const f = () => given.match(/a/);',
  'typescript(prefer-string-starts-ends-with)': "export const f = () => given[0] === 'a';",
  'typescript(require-await)': 'export const f = async () => given;',
  'typescript(restrict-plus-operands)': 'export const f = () => given + 1;',
  'typescript(restrict-template-expressions)': 'export const f = () => `${{ given }}`;',
  'typescript(return-await)': 'export const f = async () => { try { return later(); } catch { return 0; } };',
  'typescript(switch-exhaustiveness-check)': "export const f = (x: 'a' | 'b') => { switch (x) { case 'a': act(); } };",
  'typescript(use-unknown-in-catch-callback-variable)': 'later().catch((error: Error) => { act(error.message); });',
  'typescript(dot-notation)': "export const f = (x: { a: string }) => x['a'];",
  // Untyped.
  'typescript(array-type)': 'export type T = Array<string>;',
  'typescript(ban-ts-comment)': '// @ts-ignore\nact();',
  'typescript(consistent-type-assertions)': 'export const f = (x: unknown) => <string>x;',
  'typescript(consistent-type-definitions)': 'export interface T { readonly a: string }',
  'typescript(consistent-type-imports)': "import { Given } from './given.ts';\nexport type T = Given;",
  'typescript(no-dynamic-delete)': 'export const f = (x: Record<string, string>) => { delete x[given]; };',
  'typescript(no-explicit-any)': 'export type T = any;',
  'typescript(no-import-type-side-effects)': "import { type Given } from './given.ts';\nexport type T = Given;",
  'typescript(no-invalid-void-type)': 'export type T = string | void;',
  'typescript(no-non-null-assertion)': 'export const f = () => list[0]!;',
  'eslint(no-unused-vars)': 'const x = 1;',
  'eslint(eqeqeq)': 'export const f = (x: unknown) => x == given;',
  'eslint(no-console)': 'console.log(given);',
  'eslint(no-empty)': 'if (given) {}',
  'eslint(no-var)': 'export var x = 1;',
  'eslint(object-shorthand)': 'export const f = () => ({ given: given });',
  'eslint(prefer-const)': 'let x = 1; export const f = () => x;',
  'eslint(preserve-caught-error)': "export const f = () => { try { act(); } catch (e) { throw new Error('x'); } };",
  'house(file-lines)': 'act();\n'.repeat(400),
  'house(forms)': 'export enum Kind { a }',
  'house(function-lines)': `export const f = () => {\n${'act();\n'.repeat(60)}};`,
  'house(given-clock-and-ids)': 'export const f = () => Date.now();',
  'house(names)': 'export const snake_case = 1;',
  'house(pure-rules)': 'export const f = async () => { await later(); };',
  'house(useless-assignment)': 'export const f = () => { let x = 1; act(x); x = 2; };',
};

const given = `
export type Given = string;
export type Box<T = string> = { readonly of: T };
export const given: string = process.argv[0] ?? '';
export const list: number[] = [];
export const act = (..._with: readonly string[]): void => undefined;
export const later = (): Promise<number> => Promise.resolve(1);
/** @deprecated It is old. */
export const old = (): void => undefined;
`;

type Report = { readonly diagnostics: readonly { readonly code: string; readonly filename: string }[] };

describe('the lint', () => {
  const root = mkdtempSync(join(tmpdir(), 'lazo-lint-'));
  const folder = 'shared/modules/violations';
  const fileOf = (index: number): string => `${folder}/n${String(index)}.rules.ts`;
  let found: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    mkdirSync(join(root, folder), { recursive: true });
    for (const path of ['.oxlintrc.json', 'tsconfig.json', 'scripts/lint'])
      cpSync(path, join(root, path), { recursive: true });
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'dir');
    writeFileSync(join(root, folder, 'given.ts'), given);
    for (const [index, code] of Object.values(violations).entries()) {
      const head = "import { act, given, later, list, old, type Box } from './given.ts';\n";
      const tail = '\nexport const used: unknown[] = [act, given, later, list, old, undefined as Box | undefined];\n';
      writeFileSync(join(root, fileOf(index)), head + code + tail);
    }
    const said = await new Promise<string>((settle) => {
      execFile(process.execPath, ['node_modules/oxlint/bin/oxlint', '-f', 'json', '.'], { cwd: root }, (_e, out) => {
        settle(out);
      });
    });
    const { diagnostics } = JSON.parse(said) as Report;
    found = new Set(diagnostics.map(({ code, filename }) => `${filename} ${code}`));
  }, 60_000);
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it.each(Object.keys(violations).map((rule, index) => [rule, fileOf(index)] as const))('finds %s', (rule, file) => {
    expect([...found].filter((each) => each.startsWith(`${file} `))).toContain(`${file} ${rule}`);
  });
});
