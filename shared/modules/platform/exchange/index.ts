import { module } from '#kernel';
import { FieldOwnership } from './field-ownership.entity.ts';
import { fieldOwners, setFieldOwner } from './field-ownership.operations.ts';
import { OutsideFact } from './outside-fact.entity.ts';
import { pushFacts } from './outside-fact.operations.ts';
import { masterKinds, pushRecords } from './push.operations.ts';

export { masterPoint, type Master } from './master.rules.ts';

/** Exchange with other systems: their masters and documents come in by their ids, and what they say of our records. */
export const exchange = module('platform/exchange', {
  entities: [FieldOwnership, OutsideFact],
  operations: [pushRecords, masterKinds, setFieldOwner, fieldOwners, pushFacts],
});
