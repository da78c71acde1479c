import { describe, expect, it } from '@jest/globals';
import type { AnyEntity, AnyRow, KeySpec } from '#kernel';
import { linkPrefix } from '#kernel/planner';
import { indexKeys } from '#kernel/rows';
import { registry } from '#modules';
import { accessPatterns, accessPatternsPage } from '../../scripts/reference/access-patterns.ts';
import { completeOf } from '../conformance/samples.ts';
import { read } from './tree.ts';

const patterns = accessPatterns(registry);

/** A record with every value that its keys are made of. */
const rowOf = async (of: AnyEntity): Promise<AnyRow> => {
  const values = await completeOf(of, (name) => Promise.resolve(`${name.toLowerCase()}-1`));
  const parents = Object.values<KeySpec>(of.keys).flatMap((key) =>
    'of' in key ? [[key.of, values[key.of] ?? 'one'] as const] : [],
  );
  const states = of.states ? { [of.states.field]: of.states.initial } : {};
  const meta = {
    id: `${of.idPrefix}_1`,
    version: 1,
    createdAt: '2026-11-22T10:00:00.000Z',
    updatedAt: '2026-11-22T10:00:00.000Z',
  };
  return {
    ...values,
    ...Object.fromEntries(parents),
    ...states,
    ...meta,
    createdBy: 'usr_1',
    updatedBy: 'usr_1',
    ownerId: 'usr_1',
  };
};

/** The documented form, or that the record is closed and therefore not there. */
const matching = (of: AnyEntity, pattern: string): unknown =>
  expect.stringMatching(mayClose(of) ? new RegExp(`${formOf(pattern).source}|^closed$`, 's') : formOf(pattern));
const mayClose = (of: AnyEntity): boolean => of.isOpen !== undefined;

/** What a documented key stands for, as an expression over what rows hold; `<...>` is any value. */
const formOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(/<[^>]*>/)
      .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

const committed = read('docs/reference/access-patterns.md');

const inIndexes = patterns.filter(({ index }) => index !== 'table');

describe('access patterns', () => {
  it('are those of the committed table; a changed key re-keys rows that are stored', () => {
    expect(accessPatternsPage(registry)).toBe(committed);
  });

  it('use each slot of an entity once', () => {
    const slots = patterns.filter(({ index }) => index !== 'table').map(({ entity, index }) => `${entity} ${index}`);
    expect(slots.filter((slot, at) => slots.indexOf(slot) !== at)).toEqual([]);
  });

  it('list every entity that is in the API', () => {
    const listed = new Set(patterns.map(({ entity }) => entity));
    expect([...registry.entities.values()].filter(({ name, internal }) => !internal && !listed.has(name))).toEqual([]);
  });

  it('spread what is written most over shards', () => {
    const shardsOf = (entity: string): number =>
      Math.max(
        ...patterns.filter((each) => each.entity === entity && each.index === 'gsi3').map(({ shards }) => shards),
      );
    for (const entity of ['Account', 'Contact', 'Opportunity', 'Activity'])
      expect(shardsOf(entity)).toBeGreaterThanOrEqual(4);
  });

  it.each(inIndexes.map((pattern) => [pattern.entity, pattern.key, pattern] as const))(
    'say where %s lies by %s',
    async (_entity, _key, { entity, index, partition, sort }) => {
      const of = registry.entity(entity);
      const { [`${index}pk`]: pk, [`${index}sk`]: sk } = indexKeys(of, 'ten_1', await rowOf(of));
      expect([pk ?? 'closed', sk ?? 'closed']).toEqual([matching(of, partition), matching(of, sort)]);
    },
  );

  it('say where links lie', () => {
    const links = patterns.filter(({ index }) => index === 'table');
    expect(links.every(({ entity, key, sort }) => sort.startsWith(linkPrefix(registry.entity(entity), key)))).toBe(
      true,
    );
  });
});
