import {
  address,
  boolean,
  choice,
  defaulted,
  derived,
  entity,
  externalIds,
  noOwner,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** A place where goods lie and from which they leave. */
export const Warehouse = entity('Warehouse', {
  idPrefix: 'whs',
  describes: 'A place where goods lie and from which they leave: known by its code on documents and in stock.',
  fields: {
    code: text({
      min: 1,
      max: 80,
      unique: true,
      search: 'words',
      describes: 'By which documents and stock levels name it; no two share one.',
    }),
    name: text({ max: 120, search: 'words', describes: 'What people call it.' }),
    address: optional(address({ describes: 'Where it is: from here goods begin their way.' })),
    keeper: optional(ref('User', { describes: 'Who answers for it.' })),
    active: defaulted(boolean({ describes: 'Whether goods leave from it.' }), true),
    isDefault: defaulted(
      boolean({ describes: 'Whether orders that name no warehouse leave from here; of several the first by code.' }),
      false,
    ),
    standing: derived(
      choice(['ACTIVE', 'RESTS'], { named: 'WarehouseStanding', describes: 'Whether goods leave from it.' }),
    ),
    externalIds: externalIds(),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'code' }, byStanding: { gsi: 4, of: 'standing', sort: 'code' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ code, name }) => `${code} ${name}`,
  prepare: ({ active }) => ({ standing: active ? ('ACTIVE' as const) : ('RESTS' as const) }),
});

/** A warehouse, as code sees it. */
export type WarehouseRow = Row<typeof Warehouse>;
