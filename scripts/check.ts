// npm run check [-- step...]: everything a machine can say about the code without running it, as parallel as the machine is.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

type Step = { readonly name: string; readonly command: readonly string[]; readonly mend?: string };

/** Longest first, so that the last one to end is a short one. Each command is a script for this very Node. */
const steps: readonly Step[] = [
  { name: 'lint', command: ['node_modules/oxlint/bin/oxlint', '.'] },
  {
    name: 'format',
    command: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn', '--cache'],
    mend: 'npm run format',
  },
  // TypeScript 7 checks in a third of the time. Without its notes, which 6 writes in another form.
  { name: 'types', command: ['node_modules/typescript-7/bin/tsc', '--noEmit', '--incremental', 'false'] },
  {
    name: 'dependencies',
    command: [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.js', '--output-type', 'err-long'],
      ...['shared', 'graphql', 'functions', 'infra', 'test', 'bench', 'scripts'],
    ],
  },
  { name: 'schema', command: ['graphql/print-schema.ts', '--check'], mend: 'npm run schema' },
  { name: 'docs', command: ['scripts/docs.ts', '--check'], mend: 'npm run docs' },
];

type Outcome = { readonly ok: boolean; readonly output: string };

const execute = (command: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => {
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString().trim() });
    });
  });

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** What a tool says that is not JavaScript and was not installed with the rest. */
const noBinary = /Cannot find (native binding|module '@(oxlint|oxc|typescript))/;

/** How to go on after a failure. */
const wayOut = ({ name, mend }: Step, output: string): string | undefined =>
  noBinary.test(output)
    ? `${name} runs a native program, which npm has not installed for ${process.platform}-${process.arch}: npm ci without ` +
      '--omit=optional brings those for Linux, macOS and Windows. Without it this step says nothing about the code.'
    : mend && `to mend it: ${mend}`;

/** Runs a step and reports it at once; answers whether it passed. */
const run = async (step: Step): Promise<boolean> => {
  const started = performance.now();
  const { ok, output } = await execute(step.command);
  const advice = ok ? undefined : wayOut(step, output);
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name.padEnd(12)} ${seconds(started)}`);
  if (output) console.log(output.replaceAll(/^/gm, '     '));
  if (advice) console.log(`     ${advice}`);
  return ok;
};

/** As many steps at once as there are processors. */
const runAll = async (chosen: readonly Step[]): Promise<readonly boolean[]> => {
  const waiting = [...chosen];
  const passed: boolean[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) passed.push(await run(step));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return passed;
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No step ${unknown.join(', ')}. Steps: ${steps.map((step) => step.name).join(', ')}.`);
  process.exit(2);
}
const started = performance.now();
const passed = await runAll(steps.filter((step) => wanted.length === 0 || wanted.includes(step.name)));
const failed = passed.filter((ok) => !ok).length;
console.log(`${failed === 0 ? 'check passed' : `check failed (${String(failed)})`} in ${seconds(started)}`);
process.exitCode = failed === 0 ? 0 : 1;
