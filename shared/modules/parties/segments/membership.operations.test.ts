import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnyEntity, AnyRow } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { OutsideDocument } from '#modules/billing/outside-documents';
import { withTenantTable } from '#test/support/engine';
import { openHistory, type History } from '#test/support/histories';
import { Segment } from './segment.entity.ts';
import { SegmentMember } from './segment-member.entity.ts';
import { SegmentWatch } from './segment-watch.entity.ts';

const tenanted = withTenantTable();
const day = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What the product knows, read from the records themselves. */
type World = {
  readonly now: number;
  readonly accounts: readonly AnyRow[];
  readonly contacts: readonly AnyRow[];
  readonly invoices: readonly AnyRow[];
};

/** Criteria, and what they mean said once more by other means. */
type Meaning = { readonly where: object; holds(row: AnyRow, world: World): boolean };

const bought = (world: World, account: unknown) =>
  world.invoices.filter((invoice) => invoice['account'] === account && invoice['type'] === 'INVOICE');
/** Whole days by the clock of Guayaquil, five hours behind UTC. */
const daysAgo = ({ now }: World, on: unknown): number =>
  (Date.parse(dayOf(now - 5 * 3_600_000)) - Date.parse(String(on))) / day;

const accountMeanings: readonly Meaning[] = [
  { where: { sector: { eq: 'PHARMA' } }, holds: (row) => row['sector'] === 'PHARMA' },
  {
    where: { purchases: { none: { issuedOn: { withinDays: 20 } } } },
    holds: ({ id }, world) => bought(world, id).every(({ issuedOn }) => daysAgo(world, issuedOn) >= 20),
  },
  {
    where: { or: [{ purchases: { some: {}, atLeast: 2 } }, { not: { sector: { eq: 'PHARMA' } } }] },
    holds: (row, world) => bought(world, row.id).length >= 2 || row['sector'] !== 'PHARMA',
  },
  {
    where: { createdAt: { olderThanDays: 9 }, interests: { some: { strength: { gte: 3 } } } },
    holds: ({ createdAt, interests = [] }, { now }) =>
      Date.parse(createdAt) + 9 * day <= now &&
      (interests as readonly { strength: number }[]).some(({ strength }) => strength >= 3),
  },
];

const contactMeanings: readonly Meaning[] = [
  {
    where: { account: { is: { sector: { eq: 'PHARMA' }, purchases: { some: { issuedOn: { olderThanDays: 5 } } } } } },
    holds: ({ account }, world) =>
      world.accounts.some(({ id, sector }) => id === account && sector === 'PHARMA') &&
      bought(world, account).some(({ issuedOn }) => daysAgo(world, issuedOn) >= 5),
  },
];

const sectors = fc.constantFrom('PHARMA', 'FOOD', null);
const which = fc.nat(20);
const invoice = fc.record({
  does: fc.constant('invoice' as const),
  account: which,
  ago: fc.integer({ min: 0, max: 30 }),
});
const moveInvoice = fc.record({ does: fc.constant('moveInvoice' as const), which, account: which });
const deliver = fc.record({ does: fc.constant('deliver' as const), seed: fc.nat(), again: fc.boolean() });
const archiveOf = (...entities: readonly ('Account' | 'Contact' | 'OutsideDocument')[]) =>
  fc.record({ does: fc.constant('archive' as const), what: fc.constantFrom(...entities), which });
/** One thing that happens. Numbers choose among the records that are there. */
const happenings = fc.oneof(
  fc.record({ does: fc.constant('account' as const), sector: sectors, strength: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ does: fc.constant('contact' as const), account: which }),
  invoice,
  fc.record({ does: fc.constant('changeAccount' as const), which, sector: sectors }),
  fc.record({ does: fc.constant('moveContact' as const), which, account: which }),
  moveInvoice,
  archiveOf('Account', 'Contact', 'OutsideDocument'),
  fc.record({ does: fc.constant('redefine' as const), meaning: fc.nat(accountMeanings.length - 1) }),
  deliver,
  fc.record({ does: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 300 }) }),
);
/** What happens to invoices alone: no account changes with them, no job looks at all records. */
const dealings = fc.oneof({ weight: 3, arbitrary: invoice }, moveInvoice, archiveOf('OutsideDocument'), deliver);
type Happening = typeof happenings extends fc.Arbitrary<infer Value> ? Value : never;

/** A segment with what its criteria mean. */
type Meant = { readonly id: string; readonly of: AnyEntity; meaning: Meaning };

const worldOf = async ({ rows, domain }: History): Promise<World> => ({
  now: domain.clock.now().getTime(),
  accounts: await rows(Account, 'byName'),
  contacts: await rows(Contact, 'byName'),
  invoices: await rows(OutsideDocument, 'all'),
});

const waitFor = (history: History, span: number): Promise<void> =>
  history.waitUntil(history.domain.clock.now().getTime() + span, () => history.rows(SegmentWatch, 'all'));

const pick = <Value>(values: readonly Value[], index: number): Value | undefined =>
  values[index % (values.length || 1)];

type Deed<Name extends Happening['does']> = Extract<Happening, { readonly does: Name }>;
type Deeds = { readonly [Name in Happening['does']]: (deed: Deed<Name>, world: World) => Promise<unknown> };

const deedsOf = (history: History, product: string, segments: readonly Meant[]): Deeds => {
  const { run } = history;
  const change = async (name: string, row: AnyRow | undefined, changes: object) =>
    row && run(name, { id: row.id, version: row.version, ...changes });
  return {
    account: ({ sector, strength }) =>
      run('createAccount', { name: 'Acme', sector, interests: [{ product, strength }] }),
    contact: ({ account }, { accounts }) =>
      run('createContact', { lastName: 'Vera', account: pick(accounts, account)?.id }),
    invoice: async ({ account, ago }, { accounts, now }) => {
      const bill = {
        type: 'INVOICE',
        number: 'F1',
        total: { minor: 5, currency: 'USD' },
        issuedOn: dayOf(now - ago * day),
      };
      const buyer = pick(accounts, account);
      if (buyer) await run('createOutsideDocument', { ...bill, account: buyer.id });
    },
    changeAccount: ({ which, sector }, { accounts }) => change('updateAccount', pick(accounts, which), { sector }),
    moveContact: ({ which, account }, { contacts, accounts }) =>
      change('updateContact', pick(contacts, which), { account: pick(accounts, account)?.id ?? null }),
    moveInvoice: async ({ which, account }, { invoices, accounts }) => {
      const to = pick(accounts, account);
      if (to) await change('updateOutsideDocument', pick(invoices, which), { account: to.id });
    },
    archive: ({ what, which }, { accounts, contacts, invoices }) =>
      change(
        `archive${what}`,
        pick({ Account: accounts, Contact: contacts, OutsideDocument: invoices }[what], which),
        {},
      ),
    redefine: async ({ meaning: index }) => {
      const [first] = segments;
      const meaning = accountMeanings[index];
      if (!first || !meaning) return;
      const row = await history.domain.reader().data(Segment).get(first.id);
      await change('updateSegment', row, { where: meaning.where });
      first.meaning = meaning;
    },
    deliver: ({ seed, again }) => history.deliver(seed, again),
    wait: ({ hours }) => waitFor(history, hours * 3_600_000),
  };
};

/** The members of each segment, as they are and as a look at everything says they should be. */
const compare = async (history: History, segments: readonly Meant[]): Promise<void> => {
  const world = await worldOf(history);
  for (const { id, of, meaning } of segments) {
    const { rows } = await history.domain.reader().data(SegmentMember).page('bySegment', { of: id, first: 100 });
    const all = of.name === Account.name ? world.accounts : world.contacts;
    const expected = all.filter((row) => meaning.holds(row, world)).map((row) => row.id);
    expect({ where: meaning.where, members: rows.map(({ subject }) => subject).sort() }).toEqual({
      where: meaning.where,
      members: expected.toSorted(),
    });
    const counts = await history.domain.run<{ count: number }>('segmentCounts', { segment: id });
    expect(counts.count).toBe(expected.length);
  }
};

const define = async (history: History): Promise<readonly Meant[]> => {
  const segments: Meant[] = [];
  for (const [of, meanings] of [
    [Account, accountMeanings],
    [Contact, contactMeanings],
  ] as const)
    for (const meaning of meanings) {
      const { id } = await history.run('createSegment', { name: 'S', recordType: of.name, where: meaning.where });
      segments.push({ id, of, meaning });
    }
  return segments;
};

/** Accounts for what follows to happen to. */
const beginnings: readonly Happening[] = [2, 3, 4].map((strength) => ({ does: 'account', sector: 'PHARMA', strength }));
/** Whatever may happen; then, when all of it has been heard, what accounts do not say themselves. */
const histories = [
  fc.array(happenings, { minLength: 9, maxLength: 15 }),
  fc.array(dealings, { minLength: 8, maxLength: 10 }),
] as const;

describe('the members of segments', () => {
  it('are those that a look at all records finds, whatever happened, however events came, and as time goes by', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(...histories, async (all, after) => {
        runs += 1;
        const history = openHistory(tenanted.table, `${tenanted.tenant}h${String(runs)}`);
        const product = await history.run('createProduct', { sku: 'P', name: 'P' });
        const segments = await define(history);
        // The jobs of new segments look at everything: done later, they would hide what no event brought about.
        await history.drain();
        const deeds = deedsOf(history, product.id, segments);
        for (const part of [[...beginnings, ...all], after]) {
          for (const each of part) await deeds[each.does](each as never, await worldOf(history));
          await history.drain();
          await compare(history, segments);
        }
        await waitFor(history, 12 * day);
        await history.drain();
        await compare(history, segments);
      }),
      // A failure is reported as it came: shrinking it would take minutes. Of so few runs none is to begin with tiny numbers.
      { numRuns: 3, endOnFailure: true, plugins: [fc.unbiased()] },
    );
  }, 60_000);
});
