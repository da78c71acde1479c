// npm run new:module <area>/<module>: writes a module that works, its line in the registry, the schema and the reference.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { registry } from '#modules';
import { namesOf } from './new-module/names.ts';
import { registered } from './new-module/registration.ts';
import { filesOf } from './new-module/template.ts';

const registryPath = 'shared/modules/registry.ts';

const write = async (path: string, content: string): Promise<void> => {
  writeFileSync(path, await format(content.trimStart(), { ...(await resolveConfig(path)), filepath: path }));
  console.log(`wrote ${path}`);
};

const makeModule = async (path: string): Promise<void> => {
  const names = namesOf(path, registry.byPrefix);
  const folder = `shared/modules/${path}`;
  if (existsSync(folder)) throw new Error(`${folder} is there already.`);
  if (registry.entities.has(names.entity)) throw new Error(`There is an entity ${names.entity} already.`);
  const withModule = registered(readFileSync(registryPath, 'utf8'), names);
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(filesOf(names))) await write(`${folder}/${file}`, content);
  await write(registryPath, withModule);
};

/** What is printed from the registry is printed anew, by processes that see the new one. */
const reprint = (script: string): void => {
  execFileSync(process.execPath, ['--import', './scripts/host.js', script], { stdio: 'inherit' });
};

const [path = ''] = process.argv.slice(2);
try {
  await makeModule(path);
  reprint('graphql/print-schema.ts');
  reprint('scripts/docs.ts');
  console.log(`Now say in shared/modules/${path} what the business says; then npm run check and npm test ${path}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
