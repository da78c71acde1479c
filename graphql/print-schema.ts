// npm run schema [-- --check [--since <commit>]]: writes graphql/schema.graphql and the manifest of persisted operations, or
// fails when they are not what the code says, or when it breaks clients and no decision record that came with the change
// announces it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema, validateSchema, type GraphQLSchema } from 'graphql';
import { registry } from '#modules';
import { announcedIn, unannouncedChanges } from './breaking-changes.ts';
import { buildSchema } from './compile/schema.ts';
import { makeManifest } from './persisted/manifest.ts';

const schemaPath = 'graphql/schema.graphql';
const manifestPath = 'graphql/persisted/manifest.json';
const decisions = 'docs/adr';
const heading = '# Made by `npm run schema` from the declarations in shared/modules. Read it; never edit it.\n\n';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, since: { type: 'string', default: 'HEAD' } },
});

const made = (): GraphQLSchema => {
  const schema = buildSchema(registry);
  const [error] = validateSchema(schema);
  if (error) throw error;
  return schema;
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

const complaints = (files: Readonly<Record<string, string>>): readonly string[] => {
  const drift = Object.entries(files)
    .filter(([path, content]) => readOr(path) !== content)
    .map(([path]) => `${path} is not what the declarations say.`);
  const before = git('show', `${options.since}:${schemaPath}`);
  const broken = before === '' ? [] : unannouncedChanges(before, files[schemaPath] ?? '', newlyAnnounced());
  const mend = `Keep it, or announce it in ${decisions} with a line "Breaks the API: <Type>.<field>".`;
  return [...drift, ...broken.map((change) => `Breaks clients: ${change} ${mend}`)];
};

const schema = made();
const files = {
  [schemaPath]: `${heading}${printSchema(lexicographicSortSchema(schema))}\n`,
  [manifestPath]: `${JSON.stringify(makeManifest(schema), null, 2)}\n`,
};
if (options.check) {
  const found = complaints(files);
  found.forEach((complaint) => console.error(complaint));
  process.exitCode = found.length > 0 ? 1 : 0;
} else {
  for (const [path, content] of Object.entries(files)) writeFileSync(path, content);
}
