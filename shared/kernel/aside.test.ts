import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, module, mutation, noOwner, optional, ref, text, type AnyRow } from '#kernel';
import { timelines } from '#modules/platform/timeline';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';

const Plot = entity('Plot', {
  idPrefix: 'plo',
  describes: 'A plot of land.',
  fields: { name: text(), note: optional(text()), rain: optional(text()) },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update'],
  timeline: ['id'],
  title: ({ name }) => name,
  events: { rained: 'It rained.' },
});

const rain = mutation('rain', {
  describes: 'Keeps up what fell, and notes it where that is asked.',
  needs: 'plot.rain',
  input: { id: ref('Plot'), rain: text(), note: optional(text()) },
  returns: Plot,
  run: async ({ id, rain: fell, note }, { data }) => {
    const plot = data(Plot).update(await data(Plot).get(id), { rain: fell }, { event: 'plot.rained', aside: true });
    return note === undefined ? plot : data(Plot).update(plot, { note });
  },
});

const tenanted = withTenantTable();
let domain: Domain;
let plot: AnyRow;
beforeEach(async () => {
  const modules = [module('land/plots', { entities: [Plot], operations: [rain] }), timelines];
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
  plot = await domain.run<AnyRow>('createPlot', { name: 'Uno' });
});

const fall = (millimetres: string, more: object = {}) =>
  domain.run<AnyRow>('rain', { id: plot.id, rain: millimetres, ...more });
const rename = (version: number, name: string, idempotencyKey?: string) =>
  domain.run<AnyRow>('updatePlot', { id: plot.id, version, name }, domain.actor(), {
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

describe('a write aside', () => {
  it('makes no form stale, and is kept by the change that the form makes', async () => {
    await fall('3');
    expect(await fall('5')).toMatchObject({ version: 3 });
    expect(await rename(1, 'Dos')).toMatchObject({ version: 4, name: 'Dos', rain: '5' });
    expect(await failure(rename(1, 'Tres'))).toBe('STALE_VERSION');
    expect(await failure(rename(3, 'Tres'))).toBe('STALE_VERSION');
    expect(await failure(rename(9, 'Tres'))).toBe('STALE_VERSION');
  });

  it('is none once the same unit changes what people see', async () => {
    await fall('3', { note: 'Wet.' });
    expect(await failure(rename(1, 'Dos'))).toBe('STALE_VERSION');
  });

  it('does not hide that a change was made before under the same key', async () => {
    await fall('3');
    expect(await rename(1, 'Dos', 'key')).toMatchObject({ version: 3 });
    await fall('5');
    await domain.settle();
    expect(await rename(1, 'Dos', 'key')).toMatchObject({ version: 4, name: 'Dos' });
  });

  it('is told as an event, and left out of history and timeline', async () => {
    for (const millimetres of ['1', '2', '3']) await fall(millimetres);
    await rename(1, 'Dos');
    const events = await domain.settle();
    expect(events.map(({ type, aside }) => [type, aside])).toEqual([
      ['plot.created', undefined],
      ['plot.rained', true],
      ['plot.rained', true],
      ['plot.rained', true],
      ['plot.updated', undefined],
    ]);
    type Versions = { readonly versions: readonly AnyRow[]; readonly hasNextPage: boolean };
    const first = await domain.run<Versions>('history', { record: plot.id, first: 1 });
    expect(first).toMatchObject({ versions: [{ version: 5 }], hasNextPage: true });
    const rest = await domain.run<Versions>('history', { record: plot.id, first: 1, before: 5 });
    expect(rest).toMatchObject({ versions: [{ version: 1 }], hasNextPage: false });
    const { entries } = await domain.run<{ entries: AnyRow[] }>('timeline', { record: plot.id });
    expect(entries.map(({ type }) => type)).toEqual(['plot.updated', 'plot.created']);
  });
});
