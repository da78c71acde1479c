import { choice, defaulted, integer, list, object, optional, query, ref, text } from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { Account } from './account.entity.ts';
import { lifecycles } from './lifecycle.rules.ts';
import { accountOrigins, originDimensions, partsOfCell } from './origins.projections.ts';

type Dimension = (typeof originDimensions)[number];

const groupFields = {
  lifecycle: optional(choice(lifecycles, { named: 'Lifecycle', describes: 'Prospects, leads or customers.' })),
  zone: optional(text({ max: 80, describes: 'The geographic zone.' })),
  ownZone: optional(text({ max: 80, describes: 'The zone of the own division.' })),
  captureReason: optional(text({ max: 80, describes: 'Why they were captured.' })),
  owner: optional(ref('User', { describes: 'Whose they are.' })),
  count: integer({ describes: 'How many.' }),
};
const fieldOf = {
  LIFECYCLE: 'lifecycle',
  ZONE: 'zone',
  OWN_ZONE: 'ownZone',
  CAPTURE_REASON: 'captureReason',
  OWNER: 'owner',
} as const satisfies Record<Dimension, keyof typeof groupFields>;

export const accountTotals = query('accountTotals', {
  describes:
    'How many prospects, leads and customers there are, by zone, reason of capture or owner, from totals kept current. You count the ' +
    'accounts that you may read.',
  needs: 'account.read',
  input: {
    groupBy: defaulted(
      list(choice(originDimensions, { named: 'AccountDimension' }), { max: 5, describes: 'What to tell apart.' }),
      ['LIFECYCLE'],
    ),
    lifecycle: optional(choice(lifecycles, { named: 'Lifecycle', describes: 'Only these.' })),
    zone: optional(text({ max: 80, describes: 'Only of this geographic zone.' })),
    ownZone: optional(text({ max: 80, describes: 'Only of this zone of the own division.' })),
    captureReason: optional(text({ max: 80, describes: 'Only captured for this reason.' })),
    owner: optional(ref('User', { describes: 'Only of this person.' })),
  },
  returns: {
    groups: list(object('AccountGroup', groupFields), {
      max: 10_000,
      describes: 'The largest first. What they have no value of is absent.',
    }),
  },
  run: async ({ groupBy, ...asked }, { ports, actor }) => {
    const cells = await readRollup(ports.table, actor.tenant, accountOrigins.name, 'all');
    const groups = new Map<string, Group>();
    for (const [cell, { count = 0 }] of cells) {
      const values = valuesOf(cell);
      if (count === 0 || !mayCount(actor, Account, values.owner) || !isAsked(values, asked)) continue;
      const shown = Object.fromEntries(groupBy.map((dimension) => [fieldOf[dimension], values[fieldOf[dimension]]]));
      const key = JSON.stringify(shown);
      groups.set(key, { ...withoutEmpty(shown), count: count + (groups.get(key)?.count ?? 0) });
    }
    return { groups: [...groups].sort(byCount).map(([, group]) => group) };
  },
});

const byCount = (
  [left, { count: less }]: readonly [string, Group],
  [right, { count: more }]: readonly [string, Group],
) => more - less || (left < right ? -1 : 1);

type Values = Readonly<Record<(typeof fieldOf)[Dimension], string>>;
type Group = Partial<Omit<Values, 'lifecycle'>> & {
  readonly lifecycle?: (typeof lifecycles)[number];
  readonly count: number;
};

const valuesOf = (cell: string): Values => {
  const parts = partsOfCell(cell);
  return Object.fromEntries(
    originDimensions.map((dimension, index) => [fieldOf[dimension], parts[index] ?? '']),
  ) as Values;
};

const isAsked = (values: Values, asked: Partial<Values>): boolean =>
  Object.entries(asked).every(([name, value]) => values[name as keyof Values] === value);

const withoutEmpty = (shown: Readonly<Record<string, string>>): Omit<Group, 'count'> =>
  Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== ''));
