import type { RoleGrant } from '#modules/platform/roles';

const nothing = { create: 'none', read: 'none', update: 'none', archive: 'none' } as const;
const seen = { ...nothing, read: 'own' } as const;

const entities = ['CollectionCase', 'PaymentPromise', 'InstalmentPlan', 'DunningLetter', 'DunningBlock'] as const;
const each = <Reach>(reach: Reach): Readonly<Record<string, Reach>> =>
  Object.fromEntries(entities.map((name) => [name, reach]));

/** Collecting is the work of managers, and of roles of the tenant's own that hold these. */
const acts = ['collectionCase.work', 'collectionCase.close', 'collectionCase.assign', 'dunningBlock.release'] as const;

/** Who collects among the built-in roles; sellers see what concerns their own accounts. */
export const collectionGrants: readonly RoleGrant[] = [
  { roles: ['manager'], grants: ['dunningPolicy.run'] },
  { roles: ['seller'], entities: each(seen), withholds: acts },
  { roles: ['support'], entities: each(nothing), withholds: acts },
];
