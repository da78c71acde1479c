// docs/reference/access-patterns.md: every way in which the table is read, and the keys that serve it.
import { linkPrefix } from '#kernel/planner';
import type { AnyEntity, KeySpec, Registry } from '#kernel';
import { dueShards, sortPrefix } from '#kernel/rows';
import { code, linkTo, page, table } from './markdown.ts';

/** A declared key as the table sees it. `<...>` stands for a value. */
export type AccessPattern = {
  readonly entity: string;
  readonly key: string;
  readonly index: string;
  readonly partition: string;
  readonly sort: string;
  readonly shards: number;
  readonly serves: string;
};

/** Every declared key of every entity, in the order of the modules. */
export const accessPatterns = (registry: Registry): readonly AccessPattern[] =>
  [...registry.entities.values()].flatMap((of) =>
    Object.entries<KeySpec>(of.keys).map(([key, spec]) => ({
      entity: of.name,
      key,
      index: 'gsi' in spec ? `gsi${String(spec.gsi)}` : 'table',
      partition: `<tenant>#${partitionOf(of, spec)}`,
      sort: sortOf(of, key, spec),
      shards: 'shards' in spec ? (spec.shards ?? 1) : 1,
      serves: servesOf(of, spec),
    })),
  );

const partitionOf = (of: AnyEntity, spec: KeySpec): string => {
  if (!('gsi' in spec)) return `<${spec.link}>`;
  switch (spec.gsi) {
    case 1:
      return `<${spec.of}>`;
    case 2:
      return '<owner, or team while nobody owns it>';
    case 3:
      return `${of.name}#<shard, or archived>`;
    case 4:
      return `${of.name}#<${spec.of}>#<shard>`;
    case 5:
      return `<${spec.of}, lower case>`;
  }
};

const sortOf = (of: AnyEntity, key: string, spec: KeySpec): string => {
  if (!('gsi' in spec)) return `${linkPrefix(of, key)}<${spec.sort}>#<id>`;
  if (spec.gsi === 5) return `${of.name}#<id>`;
  return `${sortPrefix(of, spec, true).replace('open#', '<open or shut>#')}<${spec.sort}>#<id>`;
};

const servesOf = (of: AnyEntity, spec: KeySpec): string => {
  if (!('gsi' in spec)) return `${code(of.plural)} of one ${code(spec.link)} by ${code(spec.sort)}${shownOn(spec.on)}`;
  switch (spec.gsi) {
    case 1:
      return `${code(of.plural)} of one ${code(spec.of)} by ${code(spec.sort)}${shownOn(spec.on)}`;
    case 2:
      return `${code(of.plural)} of a person or a team by ${code(spec.sort)}`;
    case 3:
      return `all ${code(of.plural)} by ${code(spec.sort)}; the archived ones`;
    case 4:
      return `${leavesClosed(of, spec) ? 'open ' : ''}${code(of.plural)} of one ${code(spec.of)} by ${code(spec.sort)}`;
    case 5:
      return `the ${code(of.plural)} with exactly this ${code(spec.of)}`;
  }
};

const leavesClosed = (of: AnyEntity, spec: Extract<KeySpec, { gsi: 4 }>): boolean =>
  spec.keepsClosed !== true && (of.isOpen !== undefined || (of.states?.closedIn ?? []).length > 0);

const shownOn = (on: string | undefined): string => (on === undefined ? '' : `: ${code(on)}`);

/** Rows and items that are not found by a declared key. */
const fixed: readonly (readonly string[])[] = [
  ['A record', 'table', '<tenant>#<id>', 'row', 'by id, alone or many at once'],
  ['Its lines', 'table', '<tenant>#<id>', 'part#<field>#<n>', 'lines of a document, 100 to an item'],
  ['Its versions', 'table', '<tenant>#<id>', 'v#<version, ten digits>', 'history, audit, undo'],
  ['A unique value', 'table', '<tenant>#unique#<Entity>#<field>#<value, lower case>', 'guard', 'finding by it'],
  ['A counter', 'table', '<tenant>#counters', '<name>', 'gapless numbers'],
  ['A counter that passes', 'table', '<tenant>#<name>', '<name>', 'runs of a workflow on a record in an hour'],
  [
    'A timer',
    'due',
    `<hour>#<shard of ${String(dueShards)}>`,
    '<minute>#<tenant>#<id>',
    'what is due in a minute, or was in an hour',
  ],
];

const introduction = `Every list of the API and every read of a module is one of these; nothing scans. A row is in an index only when its key says
so: a record without the value that a partition is made of is not there, archived ones are found in ${code('gsi3')} alone.
${code('gsi5')} and ${code('due')} hold keys only, all others the whole row. Keys of ${code('table')} are link items that a projection
keeps beside the parent. A key of several shards is read from all of them and merged.`;

/** The page. */
export const accessPatternsPage = (registry: Registry): string =>
  page('Access patterns', [
    introduction,
    '## Declared keys',
    table(
      ['Entity', 'Key', 'Index', 'Partition', 'Sort', 'Shards', 'Serves'],
      accessPatterns(registry).map(({ entity, key, index, partition, sort, shards, serves }) => [
        linkTo(entity, 'entities.md'),
        code(key),
        index,
        code(partition),
        code(sort),
        String(shards),
        serves,
      ]),
    ),
    '## Fixed keys',
    table(
      ['What', 'Index', 'Partition', 'Sort', 'Serves'],
      fixed.map(([what = '', index = '', partition = '', sort = '', serves = '']) => [
        what,
        index,
        code(partition),
        code(sort),
        serves,
      ]),
    ),
  ]);
