import { expect, it } from '@jest/globals';
import { entity, gather, module, noOwner, reaction, text } from './index.ts';
import { eventTypesOf } from './event-types.ts';

const Parcel = entity('Parcel', {
  idPrefix: 'par',
  describes: 'Something on its way.',
  fields: { label: text({ describes: 'What it says.' }) },
  states: {
    field: 'status',
    initial: 'PACKED',
    moves: { PACKED: ['SENT', 'IN_DOUBT'], SENT: ['IN_DOUBT'], IN_DOUBT: [] },
    verbs: { IN_DOUBT: 'lost' },
  },
  owner: noOwner,
  keys: {},
  defaults: ['create', 'archive'],
  title: ({ label }) => label,
  events: { weighed: 'It was put on the scales.', sent: 'The courier took it.' },
});

it('lists the usual events, the moves, and what the entity declares, which says it best', () => {
  const registry = gather([module('sales/parcels', { entities: [Parcel] })]);
  expect(eventTypesOf(registry, Parcel)).toEqual([
    { type: 'parcel.created', happens: 'The Parcel was made.' },
    { type: 'parcel.updated', happens: 'Fields of the Parcel changed, and nothing more specific happened.' },
    { type: 'parcel.archived', happens: 'The Parcel was taken out of use.' },
    {
      type: 'parcel.versionsLost',
      happens:
        'Versions of the Parcel never reached the log, as the daily comparison found; what they said is unknown.',
    },
    { type: 'parcel.sent', happens: 'The courier took it.' },
    { type: 'parcel.lost', happens: 'The Parcel became IN_DOUBT.' },
    { type: 'parcel.weighed', happens: 'It was put on the scales.' },
  ]);
});

it.each(['parcel.weighted', 'parcel'])('refuses at start-up a reaction to %s', (type) => {
  const others = ['*', 'parcel.*', 'parcel.weighed', 'order.ofAnotherModule'];
  const hear = reaction('hear', { describes: 'Hears.', on: [...others, type], run: () => Promise.resolve() });
  expect(() => gather([module('sales/parcels', { entities: [Parcel], reactions: [hear] })])).toThrow(
    `hear waits for ${type}, which never happens. There are parcel.created, parcel.updated,`,
  );
});
