import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing } from '#test/support/client';
import type { Caller } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';
import { startSegmenting, type Made, type Segmenting } from '#test/support/segmenting';

let selling: Segmenting;
let accounts: Segmenting['accounts'];
let products: Segmenting['products'];
let callers: Segmenting['callers'];
beforeAll(async () => {
  selling = await startSegmenting();
  ({ accounts, products, callers } = selling);
}, 90_000);
afterAll(() => selling.cloud.stop());

const idle = () => selling.cloud.idle();
const make: Segmenting['make'] = (...asked) => selling.make(...asked);
const define: Segmenting['define'] = (...asked) => selling.define(...asked);
const membersOf: Segmenting['membersOf'] = (...asked) => selling.membersOf(...asked);
const change: Segmenting['change'] = (...asked) => selling.change(...asked);
const invoice: Segmenting['invoice'] = (...asked) => selling.invoice(...asked);
const preview: Segmenting['preview'] = (...asked) => selling.preview(...asked);

describe('segments', () => {
  it('SEG-01 SEG-03 hold accounts by source, sector, zone, seller, size and payment method, and follow every change', async () => {
    const where = {
      sector: { eq: 'PHARMACY' },
      source: { eq: 'FAIR' },
      zone: { eq: 'Norte' },
      paymentMethod: { in: ['TRANSFER'] },
    };
    expect(await preview({ ...where, owner: { eq: selling.ids.seller } })).toMatchObject({
      count: 1,
      isComplete: true,
      sample: [{ id: accounts['sol'] }],
    });
    const segment = await define({ ...where, employees: { between: [10, 49] } });
    expect(await membersOf(segment)).toEqual(['hidden', 'sol']);
    await change('luna', { zone: 'Norte', paymentMethod: 'TRANSFER' });
    expect(await membersOf(segment)).toEqual(['hidden', 'luna', 'sol']);
    await change('luna', { zone: 'Sur', paymentMethod: 'CASH' });
    expect(await membersOf(segment)).toEqual(['hidden', 'sol']);
    const { timeline } = await selling.ask<{ timeline: { entries: readonly { readonly type: string }[] } }>(
      'query($id: ID!) { timeline(record: $id) { entries { type } } }',
      { id: accounts['luna'] },
      callers.administrator,
    );
    const told = timeline.entries.map(({ type }) => type).filter((type) => type.startsWith('segmentMember.'));
    expect(told).toEqual(['segmentMember.exited', 'segmentMember.entered']);
  }, 60_000);

  it('SEG-02 SEG-06 hold accounts by what happened: bought, visited, asked, opened a case, not contacted', async () => {
    const withCall = {
      name: 'Llamados',
      where: { activities: { some: { kind: { eq: 'CALL' }, completedAt: { withinDays: 30 } } } },
    };
    const called = await define(withCall.where);
    const silent = await define({ not: { lastContactAt: { withinDays: 90 } }, sector: { eq: 'PHARMACY' } });
    const buyers = await define({ purchases: { some: { products: { has: products['syrup'] } } } });
    const asking = await define({ opportunities: { some: { stageKind: { eq: 'OPEN' } } }, cases: { none: {} } });
    expect(await membersOf(silent)).toEqual(['hidden', 'luna', 'sol']);
    const call = await make(
      'createActivity',
      { subject: 'Llamar', type: selling.ids.call, account: accounts['luna'] },
      'activity',
      callers.seller,
    );
    await make('completeActivity', { id: call.id, result: 'Habló' }, 'activity', callers.seller);
    await invoice('banco', 'syrup', '2026-11-20');
    const deal = { name: 'Crema', account: accounts['sol'], pipeline: selling.ids.pipeline };
    await make('createOpportunity', deal, 'opportunity', callers.seller);
    await idle();
    expect(await membersOf(called)).toEqual(['luna']);
    expect(await membersOf(silent)).toEqual(['hidden', 'sol']);
    expect(await membersOf(buyers)).toEqual(['banco']);
    expect(await membersOf(asking)).toEqual(['sol']);
    const { caseTypes } = await selling.ask<{ caseTypes: { edges: readonly { node: Made }[] } }>(
      '{ caseTypes { edges { node { id } } } }',
    );
    const type =
      caseTypes.edges[0]?.node.id ??
      (await make('createCaseType', { key: 'CLAIM', labels: { es: 'R', en: 'C' } }, 'caseType')).id;
    await make('createCase', { type, subject: 'Roto', account: accounts['sol'] }, 'case', callers.seller);
    await idle();
    expect(await membersOf(asking)).toEqual([]);
  }, 60_000);

  it('SEG-06 records enter and leave as time goes by, without anything being looked for', async () => {
    const segment = await define({ custom: { triedAt: { olderThanDays: 1 } } });
    const soon = await define({ custom: { triedAt: { withinDays: 1 } } });
    const { account } = await selling.ask<{ account: { readonly updatedAt: string } }>(
      'query($id: ID!) { account(id: $id) { updatedAt } }',
      { id: (await make('createAccount', { name: 'Now' }, 'account', callers.administrator)).id },
    );
    const now = Date.parse(account.updatedAt);
    await change('sol', { custom: { triedAt: new Date(now - 86_400_000 + 120_000).toISOString() } });
    expect([await membersOf(segment), await membersOf(soon)]).toEqual([[], ['sol']]);
    await selling.cloud.advance(180);
    await idle();
    expect([await membersOf(segment), await membersOf(soon)]).toEqual([['sol'], []]);
  }, 60_000);

  it('SEG-04 know tastes by purchases, activities and words, for products, families and characteristics', async () => {
    const text =
      'query($id: ID!) { account(id: $id) { affinities { affinities { product { id } family characteristic strength sources date } } } }';
    type Tastes = { account: { affinities: { affinities: readonly object[] } } };
    const tastes = async (account: string) =>
      (await selling.ask<Tastes>(text, { id: accounts[account] }, callers.seller)).account.affinities.affinities;
    expect(await tastes('sol')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ product: { id: products['cream'] }, strength: 5, sources: ['DECLARED'] }),
        expect.objectContaining({ family: 'SKIN', strength: 5 }),
        expect.objectContaining({ characteristic: 'colour: red', strength: 5 }),
      ]),
    );
    const lovers = await define({ affinities: { some: { family: { eq: 'COUGH' }, strength: { gte: 3 } } } });
    expect(await membersOf(lovers)).toEqual(['banco']);
    const talk = {
      subject: 'Jarabe',
      type: selling.ids.visit,
      account: accounts['luna'],
      products: [products['syrup']],
    };
    const visit = await make('createActivity', talk, 'activity', callers.seller);
    await make('completeActivity', { id: visit.id, result: 'Le gusta' }, 'activity', callers.seller);
    await idle();
    expect(await tastes('luna')).toContainEqual(
      expect.objectContaining({ family: 'COUGH', strength: 1, sources: ['ACTIVITY'] }),
    );
    expect(await membersOf(lovers)).toEqual(['banco']);
    await invoice('luna', 'syrup', '2026-11-21');
    await idle();
    expect(await membersOf(lovers)).toEqual(['banco', 'luna']);
    const { products: found } = await selling.ask<{ products: { edges: readonly { node: Made & { sku: string } }[] } }>(
      '{ products { edges { node { id version sku } } } }',
    );
    const syrup = found.edges.find(({ node }) => node.sku === 'J')?.node;
    await make(
      'updateProduct',
      { id: syrup?.id, version: syrup?.version, family: 'THROAT' },
      'product',
      callers.administrator,
    );
    await idle();
    expect(await membersOf(lovers)).toEqual([]);
  }, 60_000);

  it('MKA-03 tell a market apart by sector, zone, size, lifecycle and seller, for what one may see, in one request', async () => {
    const segment = await define({ sector: { eq: 'PHARMACY' } });
    const text =
      'query($id: ID!, $by: [String!]) { segment(id: $id) { counts(by: $by) { count groups { count values { name value } } } } }';
    type Counts = {
      segment: {
        counts: { count: number; groups: readonly { count: number; values: readonly { value: string | null }[] }[] };
      };
    };
    const counts = async (by: readonly string[], caller: Caller) => {
      const { segment: found } = await selling.ask<Counts>(text, { id: segment.id, by }, caller);
      const groups = found.counts.groups.map(({ count, values }) => [...values.map(({ value }) => value), count]);
      return [found.counts.count, ...groups];
    };
    expect(await counts(['zone'], callers.administrator)).toEqual([3, ['Norte', 2], ['Sur', 1]]);
    expect(await counts(['zone', 'size'], callers.seller)).toEqual([2, ['Norte', 'SMALL', 1], ['Sur', 'SMALL', 1]]);
    expect(await counts(['owner'], callers.seller)).toEqual([2, [selling.ids.seller, 2]]);
    await change('sol', { zone: 'Sur' });
    expect(await counts(['zone'], callers.administrator)).toEqual([3, ['Sur', 2], ['Norte', 1]]);
    await change('sol', { zone: 'Norte' });
    await expect(counts(['colour'], callers.seller)).rejects.toThrow('Members are told apart by sector, zone');
  }, 60_000);

  it('SEG-08 CON-06 list e-mail addresses by zone, own zone, sector, seller, product of interest and campaign, as consent allows', async () => {
    const contact = (firstName: string, account: string, granted?: boolean) => {
      const consents = granted === undefined ? [] : [{ channel: 'EMAIL', granted }];
      const email = `${firstName.toLowerCase()}@list.test`;
      return make(
        'createContact',
        { firstName, account: accounts[account], email, consents },
        'contact',
        callers.seller,
      );
    };
    await Promise.all([contact('Ana', 'sol', true), contact('Beto', 'sol', false), contact('Caro', 'luna')]);
    const deal = { name: 'Feria', campaign: 'Feria 2026', account: accounts['luna'], pipeline: selling.ids.pipeline };
    await make('createOpportunity', deal, 'opportunity', callers.seller);
    await idle();
    const text = `query($where: JSON, $segment: ID, $consent: AddressConsent) { emailAddresses(where: $where, segment: $segment, consent: $consent) {
      addresses { address consent record { __typename } } hasNextPage } }`;
    type Page = { emailAddresses: { addresses: readonly { address: string; consent: string }[] } };
    const listed = async (asked: object, caller: Caller = callers.seller) => {
      const { emailAddresses } = await selling.ask<Page>(text, asked, caller);
      return emailAddresses.addresses.map(({ address, consent }) => `${address.split('@')[0] ?? ''} ${consent}`).sort();
    };
    const of = (account: object) => ({ where: { account: { is: account } } });
    expect(await listed(of({ zone: { eq: 'Norte' } }))).toEqual(['ana GRANTED']);
    expect(await listed({ ...of({ ownZone: { eq: 'Ruta 1' } }), consent: 'ANY' })).toEqual([
      'ana GRANTED',
      'beto REFUSED',
    ]);
    expect(await listed(of({ sector: { eq: 'PHARMACY' }, owner: { eq: selling.ids.seller } }))).toEqual([
      'ana GRANTED',
      'caro NOT_ASKED',
    ]);
    expect(await listed({ ...of({ sector: { eq: 'PHARMACY' } }), consent: 'GRANTED' })).toEqual(['ana GRANTED']);
    expect(await listed(of({ interests: { some: { product: { eq: products['cream'] } } } }))).toEqual(['ana GRANTED']);
    expect(await listed(of({ opportunities: { some: { campaign: { eq: 'Feria 2026' } } } }))).toEqual([
      'caro NOT_ASKED',
    ]);
    const where = {
      account: { is: { purchases: { some: { products: { has: products['syrup'] } } } } },
      not: { activities: { some: {} } },
    };
    const segment = await define(where, { recordType: 'Contact' });
    expect(await listed({ segment: segment.id })).toEqual(['caro NOT_ASKED']);
    expect(await preview(where, callers.seller, 'Contact')).toMatchObject({ count: 1 });
    const csv = await selling.exported({
      recordType: 'Contact',
      source: 'segment',
      selection: { segment: segment.id },
      columns: ['name', 'email'],
    });
    expect(csv).toBe('name,email\r\nCaro,caro@list.test\r\n');
    await invoice('sol', 'syrup', '2026-11-21');
    await idle();
    expect(await listed({ segment: segment.id })).toEqual(['ana GRANTED', 'caro NOT_ASKED']);
    expect(await listed({ segment: segment.id }, callers.support)).toEqual(['ana GRANTED', 'caro NOT_ASKED']);
  }, 60_000);

  it('SEG-01 show members to those who may see their records, are made by managers, and are nothing to another tenant', async () => {
    const segment = await define({ zone: { eq: 'Norte' } });
    expect(await membersOf(segment)).toEqual(['banco', 'hidden', 'sol']);
    expect(await membersOf(segment, callers.seller)).toEqual(['banco', 'sol']);
    expect(await membersOf(segment, callers.support)).toEqual(['banco', 'hidden', 'sol']);
    expect(await preview({ zone: { eq: 'Norte' } }, callers.seller)).toMatchObject({ count: 2 });
    expect(await failing(define({ zone: { eq: 'Norte' } }, {}, callers.seller))).toContain('FORBIDDEN');
    const fixed = await define(undefined, { kind: 'STATIC' });
    const fill = (caller: Caller) =>
      selling.act('addToSegment', { id: fixed.id, records: [accounts['sol']] }, 'added', caller);
    expect(await failing(fill(callers.seller))).toContain('FORBIDDEN');
    expect(await fill(callers.manager)).toBe(1);
    const stranger = await startOtherTenant(selling.cloud);
    expect(await membersOf(segment, stranger)).toBeUndefined();
    expect(await preview({ name: { in: ['Sol', 'Luna', 'Banco'] } }, stranger)).toMatchObject({ count: 0 });
    const foreign = { id: fixed.id, records: [accounts['sol']] };
    expect(await failing(selling.act('addToSegment', foreign, 'added', stranger))).toContain('NOT_FOUND');
  }, 60_000);

  it('RTE-01 say how often their accounts are visited: whoever waited longer is due', async () => {
    const often = await define(undefined, { kind: 'STATIC', name: 'Cada dos días', visitEveryDays: 2 });
    await selling.act('addToSegment', { id: often.id, records: [accounts['sol']] }, 'added', callers.manager);
    const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    type Due = { visitsDue: { visits: readonly { account: { id: string }; reasons: readonly string[] }[] } };
    const text = 'query($day: Date) { visitsDue(day: $day) { visits { account { id } reasons } } }';
    const { visitsDue } = await selling.ask<Due>(text, { day }, callers.seller);
    const because = visitsDue.visits.filter(({ reasons }) => reasons.includes('segment'));
    expect(because.map(({ account }) => account.id)).toEqual([accounts['sol']]);
  });

  it('SEG-02 refuse criteria that cannot be, and say where they are wrong', async () => {
    const text =
      'mutation($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } userErrors { code path message } } }';
    type Refused = {
      createSegment: { segment: null; userErrors: readonly { code: string; path: readonly string[] }[] };
    };
    const refused = async (where: object, recordType = 'Account') => {
      const input = { name: 'Wrong', recordType, where };
      const { createSegment } = await selling.ask<Refused>(text, { input }, callers.manager);
      expect(createSegment.segment).toBeNull();
      return createSegment.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
    };
    expect(await refused({ colour: { eq: 'red' } })).toEqual(['BAD_INPUT where.colour']);
    expect(await refused({ purchases: { some: { price: { gt: 1 } } } })).toEqual([
      'BAD_INPUT where.purchases.some.price',
    ]);
    expect(await refused({ lastContactAt: { olderThanDays: 'many' } })).toEqual([
      'BAD_INPUT where.lastContactAt.olderThanDays',
    ]);
    expect(await refused({ or: [] })).toEqual(['BAD_INPUT where']);
    expect(await refused({}, 'Invoice')).toEqual(['BAD_INPUT recordType']);
  });

  it('SEG-02 are entered once, however often and in whatever order events come', async () => {
    const segment = await define({ sector: { eq: 'PHARMACY' }, zone: { eq: 'Oeste' } });
    await change('luna', { zone: 'Oeste' });
    const told = await selling.eventsOf(accounts['luna'] ?? '');
    expect(told.length).toBeGreaterThan(3);
    await selling.cloud.admin('POST /events', { events: told.toReversed() });
    await idle();
    expect(await membersOf(segment)).toEqual(['luna']);
    const { segmentMembers } = await selling.ask<{ segmentMembers: { nodes: readonly { version: number }[] } }>(
      'query($of: ID!) { segmentMembers(where: { segment: { eq: $of } }) { nodes { version } } }',
      { of: segment.id },
      callers.administrator,
    );
    expect(segmentMembers.nodes).toEqual([{ version: 1 }]);
  }, 60_000);
});
