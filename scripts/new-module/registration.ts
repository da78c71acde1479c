// The line of a module in shared/modules/registry.ts, and where it belongs: imports by path, modules ground up.
import { areas, type ModuleNames } from './names.ts';

const importLine = /^import \{ (\w+) \} from '#modules\/(\w+)\/([\w-]+)';$/;
const entryLine = /^ {2}(\w+),$/;

/** The text of the registry with the module in it. @throws Error when the name is taken */
export const registered = (source: string, { path, area, plural }: ModuleNames): string => {
  const lines = source.split('\n');
  const found = lines.flatMap((line) => {
    const [, name = '', of = '', folder = ''] = importLine.exec(line) ?? [];
    return name === '' ? [] : [{ line, name, of, path: `${of}/${folder}` }];
  });
  if (found.some(({ name }) => name === plural)) throw new Error(`The registry has a module called ${plural}.`);
  const areaOf = new Map(found.map(({ name, of }) => [name, levelOf(of)]));
  const before = found.filter((each) => each.path < path).at(-1);
  const entries = lines.filter((line) => areaOf.has(nameIn(line)));
  const above = entries.filter((line) => (areaOf.get(nameIn(line)) ?? 0) <= levelOf(area)).at(-1);
  const withImport = putAfter(lines, before?.line ?? "import { gather, type Module } from '#kernel';", [
    `import { ${plural} } from '#modules/${path}';`,
  ]);
  return putAfter(withImport, above ?? 'export const modules: readonly Module[] = [', [`  ${plural},`]).join('\n');
};

const nameIn = (line: string): string => entryLine.exec(line)?.[1] ?? '';

const levelOf = (area: string): number => areas.findIndex((known) => known === area);

const putAfter = (lines: readonly string[], line: string, added: readonly string[]): readonly string[] => {
  const at = lines.indexOf(line);
  if (at === -1) throw new Error(`The registry has no line \`${line}\`; add the module by hand.`);
  return [...lines.slice(0, at + 1), ...added, ...lines.slice(at + 1)];
};
