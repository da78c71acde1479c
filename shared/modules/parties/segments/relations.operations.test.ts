import { describe, expect, it } from '@jest/globals';
import { gather, type AnyRow } from '#kernel';
import { defaultPipeline } from '#modules/platform/flows';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules } from '#test/support/parties';
import { relationsOf, type SegmentRelation } from './subjects.rules.ts';

const tenanted = withTenantTable();

/** An account, somebody who works there, and what they may like. */
type Party = { readonly account: string; readonly contact: string; readonly product: string };
type Run = (name: string, input: object) => Promise<AnyRow>;
/** How a record comes to tell of a party, and how it stops telling of it. */
type Tale = {
  tells(run: Run, party: Party): Promise<AnyRow>;
  falls(run: Run, row: AnyRow): Promise<unknown>;
  /** Where the record may come to tell of another party instead. */
  readonly moves?: (run: Run, row: AnyRow, to: Party) => Promise<AnyRow>;
};

const names = { es: 'Algo', en: 'Something' };
const archived =
  (entity: string): Tale['falls'] =>
  (run, { id, version }) =>
    run(`archive${entity}`, { id, version });
const moved =
  (entity: string, ...fields: readonly ('account' | 'contact')[]): NonNullable<Tale['moves']> =>
  (run, { id, version }, to) =>
    run(`update${entity}`, { id, version, ...Object.fromEntries(fields.map((field) => [field, to[field]])) });

/** By the entity whose records tell: every one that a relation names must be here. */
const tales: Readonly<Record<string, Tale>> = {
  Account: {
    // At its second version: its main contact was noted.
    tells: (run, { account, product }) => run('updateAccount', { id: account, version: 2, interests: [{ product }] }),
    falls: (run, { id, version }) => run('updateAccount', { id, version, interests: [] }),
  },
  Activity: {
    tells: async (run, { account, contact, product }) => {
      const type = await run('createActivityType', { key: 'TALK', name: names });
      const talk = { subject: 'Talk', type: type.id, account, contact, products: [product] };
      const { id } = await run('createActivity', talk);
      await run('completeActivity', { id, result: 'ok' });
      return { id, version: 2 } as AnyRow;
    },
    falls: archived('Activity'),
    moves: moved('Activity', 'account', 'contact'),
  },
  Case: {
    tells: async (run, { account, contact }) => {
      const type = await run('createCaseType', { key: 'COMPLAINT', labels: names });
      return run('createCase', { subject: 'It leaks', type: type.id, account, contact });
    },
    falls: archived('Case'),
    moves: moved('Case', 'account', 'contact'),
  },
  Opportunity: {
    tells: async (run, { account, contact, product }) => {
      await run('createPipeline', defaultPipeline);
      return run('createOpportunity', { name: 'Chairs', account, contact, products: [{ product }] });
    },
    falls: archived('Opportunity'),
    moves: moved('Opportunity', 'account', 'contact'),
  },
  OutsideDocument: {
    tells: (run, { account, product }) =>
      run('createOutsideDocument', {
        type: 'INVOICE',
        number: 'F1',
        account,
        total: { minor: 5, currency: 'USD' },
        issuedOn: '2026-11-20',
        lines: [{ product, description: 'Chair', quantity: '1' }],
      }),
    falls: archived('OutsideDocument'),
    moves: moved('OutsideDocument', 'account'),
  },
};

const relations = relationsOf(gather(partyModules));
const titled = relations.map((relation): readonly [string, SegmentRelation] => [
  `${relation.name} of ${relation.subject} by ${relation.of.name}`,
  relation,
]);

/** A tenant where all that was written has been heard before anything is told. */
const opened = async (tenant: string) => {
  const domain = startDomain({ modules: partyModules, table: tenanted.table, tenant });
  const run: Run = (name, input) => domain.run<AnyRow>(name, input as Readonly<Record<string, unknown>>);
  const product = await run('createProduct', { sku: 'P', name: 'Chair' });
  const party = async (): Promise<Party> => {
    const account = await run('createAccount', { name: 'Acme' });
    const contact = await run('createContact', { lastName: 'Vera', account: account.id });
    await heard(domain);
    return { account: account.id, contact: contact.id, product: product.id };
  };
  return { domain, run, one: await party(), other: await party() };
};

const heard = async (domain: Domain): Promise<void> => {
  await domain.settle();
  await workOff(domain);
};

/** Segments of those of whom something is told, and of the contacts of such accounts; with whom of a party they hold. */
const segmentsBy = async (run: Run, { name, subject }: SegmentRelation) => {
  const where = { [name]: { some: {} } };
  const segment = async (recordType: string, holds: 'account' | 'contact', criteria: object) => {
    const { id } = await run('createSegment', { name: 'Told of', recordType, where: criteria });
    return { id, holds };
  };
  if (subject === 'Contact') return [await segment('Contact', 'contact', where)];
  return [await segment('Account', 'account', where), await segment('Contact', 'contact', { account: { is: where } })];
};

describe('what relates to a record', () => {
  it('has a tale here, whatever tells it', () => {
    expect(Object.keys(tales).sort()).toEqual([...new Set(relations.map(({ of }) => of.name))].sort());
  });

  it.each(titled)('lets it in and out by itself: %s', async (title, relation) => {
    const { domain, run, one, other } = await opened(tenanted.tenant + title.replaceAll(' ', ''));
    const segments = await segmentsBy(run, relation);
    await heard(domain);
    const membersOf = async (id: string) => {
      const members = domain.reader().data(domain.registry.entity('SegmentMember'));
      return (await members.page('bySegment', { of: id, first: 100 })).rows.map(({ subject }) => subject);
    };
    /** Only events are left to bring this about: no job is due, and no time goes by. */
    const expectIn = async (parties: readonly Party[]) => {
      await domain.settle();
      for (const { id, holds } of segments) expect(await membersOf(id)).toEqual(parties.map((party) => party[holds]));
    };
    const { tells, falls, moves } = tales[relation.of.name] ?? {};
    if (!tells || !falls) throw new Error(`Nothing tells ${title}.`);
    await expectIn([]);
    let row = await tells(run, one);
    await expectIn([one]);
    if (moves) {
      row = await moves(run, row, other);
      await expectIn([other]);
    }
    await falls(run, row);
    await expectIn([]);
  });
});
