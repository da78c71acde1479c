// npm run docs [-- --check]: writes docs/reference from the registry, or fails when it is not what the declarations say.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Registry } from '#kernel';
import { registry } from '#modules';
import { accessPatternsPage } from './reference/access-patterns.ts';
import { entitiesPage } from './reference/entities.ts';
import { errorsPage } from './reference/errors.ts';
import { eventsPage } from './reference/events.ts';
import { operationsPage } from './reference/operations.ts';
import { permissionsPage } from './reference/permissions.ts';

const folder = 'docs/reference';

const pages: Readonly<Record<string, (from: Registry) => string>> = {
  'entities.md': entitiesPage,
  'access-patterns.md': accessPatternsPage,
  'events.md': eventsPage,
  'permissions.md': permissionsPage,
  'errors.md': errorsPage,
  'operations.md': operationsPage,
};

const current = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

const made = Object.entries(pages).map(([file, make]) => [`${folder}/${file}`, make(registry)] as const);
const { values: options } = parseArgs({ options: { check: { type: 'boolean' } } });

if (options.check) {
  const stale = made.filter(([path, content]) => current(path) !== content);
  for (const [path] of stale) console.error(`${path} is not what the declarations say.`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of made) writeFileSync(path, content);
}
