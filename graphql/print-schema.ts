// npm run schema [-- --check [--since <commit>]]: writes graphql/schema.graphql, or fails when it is not what the code says,
// or when it breaks clients and no decision record that came with the change announces it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema, validateSchema } from 'graphql';
import { registry } from '#modules';
import { announcedIn, unannouncedChanges } from './breaking-changes.ts';
import { buildSchema } from './compile/schema.ts';

const schemaPath = 'graphql/schema.graphql';
const decisions = 'docs/adr';
const heading = '# Made by `npm run schema` from the declarations in shared/modules. Read it; never edit it.\n\n';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, since: { type: 'string', default: 'HEAD' } },
});

const print = (): string => {
  const schema = buildSchema(registry);
  const [error] = validateSchema(schema);
  if (error) throw error;
  return `${heading}${printSchema(lexicographicSortSchema(schema))}\n`;
};

/** What git answers; nothing where it knows nothing, as before the first commit. */
const git = (...asked: readonly string[]): string => {
  try {
    return execFileSync('git', asked, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 });
  } catch {
    return '';
  }
};

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Announced in decisions as they are now, and not yet in those of the commit compared with. */
const newlyAnnounced = (): ReadonlySet<string> => {
  const now = announcedIn(
    readdirSync(decisions)
      .map((file) => readOr(`${decisions}/${file}`))
      .join('\n'),
  );
  const before = announcedIn(git('grep', '-h', '^Breaks the API:', options.since, '--', decisions));
  return new Set([...now].filter((name) => !before.has(name)));
};

const complaints = (printed: string): readonly string[] => {
  const drift = readOr(schemaPath) === printed ? [] : [`${schemaPath} is not what the declarations say.`];
  const before = git('show', `${options.since}:${schemaPath}`);
  const broken = before === '' ? [] : unannouncedChanges(before, printed, newlyAnnounced());
  const mend = `Keep it, or announce it in ${decisions} with a line "Breaks the API: <Type>.<field>".`;
  return [...drift, ...broken.map((change) => `Breaks clients: ${change} ${mend}`)];
};

const printed = print();
if (options.check) {
  const found = complaints(printed);
  found.forEach((complaint) => console.error(complaint));
  process.exitCode = found.length > 0 ? 1 : 0;
} else {
  writeFileSync(schemaPath, printed);
}
