import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, module, mutation, noOwner, optional, record, text, type AnyRow } from '#kernel';
import { isEvent } from '#kernel/event-log';
import { rowKey } from '#kernel/rows';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';

const Door = entity('Door', {
  idPrefix: 'doo',
  describes: 'A door with a code.',
  fields: { name: text({ describes: 'Which.' }), code: text({ describes: 'What opens it.', sensitive: true }) },
  owner: noOwner,
  keys: {},
  defaults: ['update'],
  title: ({ name }) => name,
});

const buildDoor = mutation('buildDoor', {
  describes: 'Makes a door and tells its code once.',
  needs: 'door.create',
  input: {},
  returns: { door: record(Door), code: optional(text({ sensitive: true })) },
  run: (_input, { data }) =>
    Promise.resolve({ door: data(Door).create({ name: 'front', code: 'sesame' }), code: 'sesame' }),
});

const engine = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: [module('test/doors', { entities: [Door], operations: [buildDoor] })], ...engine });
});

type Built = { readonly door: AnyRow; readonly code?: string };

describe('a sensitive value', () => {
  it('is told once, and not kept for whoever repeats the call', async () => {
    const [first, again] = [await build(), await build()];
    expect([first.code, again.code]).toEqual(['sesame', undefined]);
    expect(again.door.id).toBe(first.door.id);
  });

  it('is in no event; that it changed is', async () => {
    const { door } = await build();
    await domain.run('updateDoor', { id: door.id, version: 1, code: 'mellon' });
    const events = await domain.settle();
    expect(JSON.stringify(events)).not.toMatch(/sesame|mellon/);
    expect(events.at(-1)?.changed).toEqual({ code: {} });
  });

  const build = (): Promise<Built> => domain.run<Built>('buildDoor', {}, undefined, { idempotencyKey: 'once' });
});

describe('a restored row', () => {
  it('is no event: its log came with it', async () => {
    const { door } = await domain.run<Built>('buildDoor', {});
    const item = await engine.table.get(rowKey(engine.tenant, door.id));
    const restored = {
      ...item,
      pk: 'other#door',
      sk: 'row',
      event: { ...(item?.['event'] as object), restored: true },
    };
    expect([item && isEvent({ after: item }), isEvent({ after: restored })]).toEqual([true, false]);
  });
});
