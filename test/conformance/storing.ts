// An operation that stores a row of any entity as it is: for entities that clients cannot make, and states that records must come to.
import { json, module, mutation, ref, text, type Module } from '#kernel';

const storeRecord = mutation('storeRecord', {
  describes: 'Stores a record, for the conformance suite.',
  needs: 'record.store',
  input: { entity: text({ describes: 'Its entity.' }), values: json({ describes: 'Its values.' }) },
  returns: { record: ref('*', { describes: 'The record.' }) },
  run: ({ entity, values }, { trusted, registry }) =>
    Promise.resolve({ record: trusted(registry.entity(entity)).create(values as never) as never }),
});

/** To be given to `startDomain` or `startApi` besides the modules of the product. */
export const storing: Module = module('platform/conformance', { operations: [storeRecord] });
