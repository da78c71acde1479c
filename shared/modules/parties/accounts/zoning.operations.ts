import { DomainError, list, mutation, records, ref, type Address, type ChangesOf, type Context } from '#kernel';
import { Zone, zoneAt, zoneKeyOf, zoneMaps, type ZoneMap } from '#modules/parties/zones';
import { Account, type AccountRow } from './account.entity.ts';

type Given = Pick<ChangesOf<typeof Account>, 'addresses' | 'zone' | 'ownZone'>;
type Zoned = Pick<AccountRow, 'addresses' | 'zone' | 'zoneBy' | 'ownZone' | 'ownZoneBy'>;
type Settled = Pick<ChangesOf<typeof Account>, 'zone' | 'zoneBy' | 'ownZone' | 'ownZoneBy'>;

const fields = { zone: 'GEOGRAPHIC', ownZone: 'OWN' } as const;
type ZoneField = keyof typeof fields;
const zoneFields = ['zone', 'ownZone'] as const satisfies readonly ZoneField[];

/** The zones of an account as it is given: those that are named count; others are found where it has a new main address. */
export const settleZones = async (context: Context, given: Given, before: Zoned = {}): Promise<Settled> => {
  const isNamed = zoneFields.some((field) => given[field] !== undefined);
  if (!isNamed && given.addresses === undefined) return {};
  const maps = await zoneMaps(context);
  const addresses = given.addresses === undefined ? before.addresses : given.addresses;
  return Object.assign(
    {},
    ...zoneFields.map((field) => settle(context, maps, field, given, before, addresses)),
  ) as Settled;
};

const settle = (
  context: Context,
  maps: readonly ZoneMap[],
  field: ZoneField,
  given: Given,
  before: Zoned,
  addresses: readonly Address[] | null | undefined,
): Settled => {
  const named = given[field];
  if (typeof named === 'string' && named !== before[field])
    return { [field]: zoneKeyOf(maps, fields[field], named), [`${field}By`]: 'MANUAL' };
  if (named !== null && isManual(before, field)) return {};
  return found(maps, field, addresses?.[0], context.actor.country);
};

/** The zones of a new account. */
export const zonesOfNew = async (context: Context, given: Given): Promise<Omit<Zoned, 'addresses'>> => {
  const settled = Object.entries(await settleZones(context, given));
  return Object.fromEntries(settled.filter(([, value]) => value !== null));
};

/** A zone of which nobody knows how it came there was named too. */
const isManual = (account: Zoned, field: ZoneField): boolean =>
  account[field] !== undefined && (account[`${field}By`] ?? 'MANUAL') === 'MANUAL';

const found = (maps: readonly ZoneMap[], field: ZoneField, address: Address | undefined, country: string): Settled => {
  const placement = zoneAt(maps, fields[field], address, country);
  return { [field]: placement?.key ?? null, [`${field}By`]: placement?.by ?? null };
};

/** The zones in which an account lies now; those that were named stay. */
export const zonesNow = (maps: readonly ZoneMap[], account: Zoned, country: string): Settled =>
  Object.assign(
    {},
    ...zoneFields.map((field) => (isManual(account, field) ? {} : found(maps, field, account.addresses?.[0], country))),
  ) as Settled;

export const putIntoZone = mutation('putIntoZone', {
  describes: 'Puts accounts into a zone by hand, up to a hundred at once. There they stay, wherever they move.',
  needs: 'account.update',
  input: {
    zone: ref('Zone', { describes: 'Which zone.' }),
    accounts: list(ref('Account'), { max: 100, describes: 'Which accounts.' }),
  },
  returns: { accounts: records(Account, 'The accounts, in the zone.') },
  fails: ['ZONE_RETIRED'],
  run: async ({ zone: id, accounts }, { data }) => {
    const zone = await data(Zone).get(id);
    if (zone.status === 'RETIRED') throw new DomainError('ZONE_RETIRED', `${zone.key} is out of use.`, ['zone']);
    const field = zone.kind === 'OWN' ? 'ownZone' : 'zone';
    const rows = await Promise.all([...new Set(accounts)].map((account) => data(Account).get(account)));
    return {
      accounts: rows.map((row) => data(Account).update(row, { [field]: zone.key, [`${field}By`]: 'MANUAL' })),
    };
  },
});
