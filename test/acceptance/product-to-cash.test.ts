// From an opportunity to the money, and back again: one story, told in two tenants and two currencies at the same time.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testCertificate } from '#test/support/certificates';
import { openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { mailsTo, signOffer } from '#test/support/customer-pages';
import { signInThere, startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Totals = Answered & { readonly status: string; readonly total: Money };

/** A tenant with what it sells in, and what the story comes to there. */
type Place = {
  readonly currency: string;
  readonly taxId: string;
  readonly email: string;
  readonly offered: string;
  readonly owed: string;
  readonly credited: string;
  readonly afterReturn: string;
  readonly rebate: string;
  readonly isElectronic: boolean;
  caller(): Promise<Caller>;
};
const ecuador: Place = {
  ...{ currency: 'USD', taxId: '1790016919001', email: 'ana@cliente.test', isElectronic: true },
  ...{ offered: '1035.00', owed: '535.00', credited: '207.00', afterReturn: '328.00', rebate: '16.56' },
  caller: () => signIn('administrator'),
};
const spain: Place = {
  ...{ currency: 'EUR', taxId: 'B12345674', email: 'eva@cliente.test', isElectronic: false },
  ...{ offered: '1089.00', owed: '589.00', credited: '217.80', afterReturn: '371.20', rebate: '17.42' },
  caller: () => signInThere(cloud),
};

/** What has been made so far in a tenant. */
type Story = Place & { me: Caller; readonly ids: Record<string, string> };

let cloud: TestCloud;
const { ask, act, signIn, idOf } = openClient(() => cloud);
let stories: readonly Story[] = [];
const both = (step: (story: Story) => Promise<void>) => Promise.all(stories.map(step));
const today = () => new Date().toISOString().slice(0, 10);
const read = async <Node>({ me }: Story, type: string, id: string | undefined, fields: string): Promise<Node> =>
  (
    await ask<{ node: Node }>(
      `query($id: ID!) { node(id: $id) { ... on ${type} { id version ${fields} } } }`,
      { id },
      me,
    )
  ).node;
const versioned = async (story: Story, type: string, id: string | undefined) => {
  const { version } = await read<Answered>(story, type, id, '');
  return { id, version };
};

beforeAll(async () => {
  cloud = await startTestCloud();
  await startOtherTenant(cloud, undefined, 'ES');
  stories = await Promise.all([ecuador, spain].map(async (place) => ({ ...place, me: await place.caller(), ids: {} })));
}, 90_000);
afterAll(() => cloud.stop());

describe('from product to cash, in two tenants at once', () => {
  it('QUO-01 an opportunity becomes an offer, and its second version is signed by the customer', async () => {
    await both(async (story) => {
      const { ids, me, currency, email, taxId, offered } = story;
      const money = (amount: string) => ({ amount, currency });
      ids['chair'] = (await act('createProduct', { sku: 'SILLA', name: 'Silla', listPrice: money('100') }, '', me)).id;
      const customer = { name: 'Cliente S.A.', taxId, email, paymentDays: 0, creditLimit: money('5000') };
      ids['account'] = (await act('createAccount', customer, '', me)).id;
      const contact = { firstName: 'Ana', lastName: 'Vera', account: ids['account'], email, language: 'es' };
      ids['contact'] = (await act('createContact', contact, '', me)).id;
      ids['agreement'] = await agree(story);
      ids['plan'] = await planCommission(story);
      const products = [{ product: ids['chair'], quantity: '8' }];
      const sale = { name: 'Oficina', account: ids['account'], contact: ids['contact'], products };
      ids['opportunity'] = (await act('createOpportunity', sale, '', me)).id;
      const first = await act<Totals>(
        'createQuoteFromOpportunity',
        { opportunity: ids['opportunity'] },
        'status total { amount }',
        me,
      );
      await act('sendQuote', { id: first.id, version: first.version }, '', me);
      const second = await act<Totals>('reviseQuote', await versioned(story, 'Quote', first.id), '', me);
      const lines = [{ product: ids['chair'], quantity: '10', discounts: [{ kind: 'PERCENT', value: '10' }] }];
      const fields = 'name status total { amount }';
      const better = await act<Totals & { name: string }>('updateQuote', { ...second, lines }, fields, me);
      expect(better.total.amount).toBe(offered);
      await act('sendQuote', { id: better.id, version: better.version }, '', me);
      expect(await signOffer(cloud, email, better.name, 'código')).toBe(200);
      ids['quote'] = better.id;
    });
    await cloud.idle();
    await both(async (story) => {
      const quote = await read<Totals>(story, 'Quote', story.ids['quote'], 'status');
      expect(quote.status).toBe('ACCEPTED');
      const fields = 'stageKind amount { amount }';
      expect(await read(story, 'Opportunity', story.ids['opportunity'], fields)).toMatchObject({
        ...{ stageKind: 'WON', amount: { amount: story.offered } },
      });
    });
  });

  it('QUO-05 ORD-01 DLV-01 the offer becomes an order, which leaves in two deliveries', async () => {
    await both(async (story) => {
      const { ids, me, offered } = story;
      const order = await act<Totals>('createOrderFromQuote', { quote: ids['quote'] }, 'status total { amount }', me);
      expect(order.total.amount).toBe(offered);
      ids['order'] = order.id;
      const confirmed = { id: order.id, version: order.version, acceptsShortage: true };
      await act('confirmOrder', confirmed, 'status', me);
      for (const [word, quantity] of [
        ['first', '6'],
        ['second', '4'],
      ] as const) {
        const { lines } = await read<{ lines: { key: string }[] }>(story, 'Order', order.id, 'lines { key }');
        const asked = { order: order.id, lines: [{ key: lines[0]?.key, quantity }] };
        const delivery = await act('createDeliveryFromOrder', asked, '', me);
        const issued = await act('issueDelivery', { id: delivery.id, version: delivery.version }, 'number', me);
        await act('confirmDelivery', { id: issued.id, version: issued.version, receiver: 'Bodega' }, 'status', me);
        ids[word] = delivery.id;
      }
      expect(await read(story, 'Order', order.id, 'status fulfilment invoicing')).toMatchObject({
        ...{ status: 'CONFIRMED', fulfilment: 'COMPLETE', invoicing: 'NONE' },
      });
    });
  });

  it('INV-09 INV-10 both deliveries are on one invoice, which the SRI authorises where there is one', async () => {
    await both(async (story) => {
      const { ids, me, offered } = story;
      if (story.isElectronic) await becomeIssuer(me);
      const run = await act<Answered & { groups: readonly { total: Money; items: readonly object[] }[] }>(
        'previewInvoicingRun',
        { account: ids['account'], issues: true },
        'groups { total { amount } items { id } }',
        me,
      );
      expect(run.groups).toMatchObject([{ total: { amount: offered }, items: [{}, {}] }]);
      await act('confirmInvoicingRun', { id: run.id, version: run.version }, '', me);
    });
    await cloud.idle();
    await cloud.advance(15);
    await cloud.idle();
    await both(async (story) => {
      const order = await read<{ invoicing: string; invoices: { nodes: readonly Totals[] } }>(
        story,
        'Order',
        story.ids['order'],
        'invoicing invoices(first: 5) { nodes { id number status total { amount } } }',
      );
      const total = { amount: story.offered };
      expect(order).toMatchObject({ invoicing: 'COMPLETE', invoices: { nodes: [{ status: 'ISSUED', total }] } });
      story.ids['invoice'] = order.invoices.nodes[0]?.id ?? '';
      expect(await electronic(story, 'Invoice', 'invoice')).toEqual(story.isElectronic ? ['DELIVERED'] : []);
      expect(await commission(story)).toEqual('27.00');
    });
  });

  it('COL-01 COL-02 a part is paid, the promise of the rest is broken, and a letter goes out', async () => {
    await both(async ({ ids, me, currency, owed }) => {
      const money = (amount: string) => ({ amount, currency });
      const account = ids['account'];
      const applications = [{ invoice: ids['invoice'], amount: money('500') }];
      await act('receivePayment', { account, amount: money('500'), receivedOn: today(), applications }, '', me);
      const promise = { account, amount: money(owed), by: 'Ana Vera', invoices: [ids['invoice']], promisedOn: today() };
      ids['promise'] = (await act('promisePayment', promise, 'status', me)).id;
      await act('createDunningPolicy', { name: 'Pronto', isDefault: true, levels: [{ level: 1, days: 1 }] }, '', me);
    });
    await cloud.idle();
    await cloud.advance(2 * 86_400);
    await cloud.idle();
    await both(async (story) => {
      story.me = await story.caller();
      await ask('mutation { runDunning(input: {}) { job { id } } }', {}, story.me);
    });
    await both(async (story) => {
      const { ids, email, owed } = story;
      expect(await invoice(story)).toMatchObject({ balance: { amount: owed }, paymentStatus: 'PARTIALLY_PAID' });
      expect(await read(story, 'PaymentPromise', ids['promise'], 'status')).toMatchObject({ status: 'BROKEN' });
      const seen =
        'account360(id: $id) { invoices { id } promises { id } collectionCases { status } balance { amount } }';
      const { account360 } = await ask<{ account360: object }>(
        `query($id: ID!) { ${seen} }`,
        { id: ids['account'] },
        story.me,
      );
      const open = {
        invoices: [{ id: ids['invoice'] }],
        promises: [],
        collectionCases: [{}],
        balance: [{ amount: owed }],
      };
      expect(account360).toMatchObject(open);
      const [letter] = await mailsTo(cloud, email, 'viso de pago');
      expect(letter?.attachments.map(({ type }) => type)).toEqual(['application/pdf']);
    });
  }, 120_000);

  it('INV-08 EXP-03 what comes back is credited in proportion, tax included, and its commission goes', async () => {
    await both(async (story) => {
      const { ids, me, credited, afterReturn } = story;
      const delivery = await read<Answered & { lines: { key: string }[] }>(
        story,
        'Delivery',
        ids['first'],
        'lines { key }',
      );
      const back = [{ key: delivery.lines[0]?.key, quantity: '2' }];
      await act(
        'returnDelivery',
        { id: delivery.id, version: delivery.version, lines: back, reason: 'Rotas' },
        'status',
        me,
      );
      const { lines } = await read<{ lines: Line[] }>(story, 'Invoice', ids['invoice'], 'lines { key quantity }');
      const sixth = lines.find(({ quantity }) => quantity === '6');
      const asked = {
        invoice: ids['invoice'],
        type: 'RETURN',
        reason: 'Rotas',
        lines: [{ line: sixth?.key, quantity: '2' }],
      };
      const note = await act<Totals>('createCreditNote', asked, 'status total { amount }', me);
      expect(note.total.amount).toBe(credited);
      await act('issueCreditNote', { creditNote: note.id }, '', me);
      ids['creditNote'] = note.id;
      expect((await invoice(story)).balance.amount).toBe(afterReturn);
    });
    await cloud.idle();
    await cloud.advance(15);
    await cloud.idle();
    await both(async (story) => {
      expect(await electronic(story, 'CreditNote', 'creditNote')).toEqual(story.isElectronic ? ['DELIVERED'] : []);
      expect(await commission(story)).toEqual('21.60');
    });
  });

  it('ORD-11 the agreement gives back what the lower tier earns, as a credit note', async () => {
    await both(async (story) => {
      const { ids, me } = story;
      await act('closeAgreement', await versioned(story, 'Agreement', ids['agreement']), '', me);
    });
    await cloud.idle();
    await both(async (story) => {
      const { ids, me, rebate, afterReturn } = story;
      const agreement = await read<{ periods: { nodes: readonly Period[] } }>(
        story,
        'Agreement',
        ids['agreement'],
        'periods(first: 2) { nodes { id rebate { amount } amount { amount } settlements(first: 2) { nodes { id version status } } } }',
      );
      const [period] = agreement.periods.nodes;
      expect(period).toMatchObject({ amount: { amount: '720.00' }, rebate: { amount: '14.40' } });
      const [settlement] = period?.settlements.nodes ?? [];
      await act('approveAgreementSettlement', { id: settlement?.id, version: settlement?.version }, '', me);
      const notes = `creditNotes(first: 5) { nodes { type total { amount } } }`;
      const found = await read<{ creditNotes: { nodes: readonly object[] } }>(story, 'Invoice', ids['invoice'], notes);
      expect(found.creditNotes.nodes).toContainEqual({ type: 'REBATE', total: { amount: rebate } });
      expect(Number((await invoice(story)).balance.amount)).toBeCloseTo(Number(afterReturn) - Number(rebate), 2);
    });
  });
});

type Line = { readonly key: string; readonly quantity: string };
type Period = { readonly settlements: { readonly nodes: readonly Answered[] } };

const invoice = (story: Story) =>
  read<{ balance: Money; paymentStatus: string }>(
    story,
    'Invoice',
    story.ids['invoice'],
    'balance { amount } paymentStatus',
  );

/** How far a document has come with the SRI. */
const electronic = async (story: Story, type: string, word: string) => {
  const fields = 'electronicDocuments(first: 5) { nodes { status } }';
  type Found = { electronicDocuments: { nodes: readonly { status: string }[] } };
  return (await read<Found>(story, type, story.ids[word], fields)).electronicDocuments.nodes.map(
    ({ status }) => status,
  );
};

/** From 500 on 2 %, from 800 on 5 % of everything. */
const agree = async ({ me, ids, currency }: Story): Promise<string> => {
  const tiers = [
    { from: '0', percent: '0' },
    { from: '500', percent: '2' },
    { from: '800', percent: '5' },
  ];
  const term = { startsOn: '2026-01-01', endsOn: '2099-12-31' };
  const agreement = await act(
    'createAgreement',
    { name: 'Rappel', account: ids['account'], currency, tiers, ...term },
    '',
    me,
  );
  await act('activateAgreement', { id: agreement.id, version: agreement.version }, '', me);
  return agreement.id;
};

/** 3 % of what is invoiced, for whoever makes the sale. */
const planCommission = async ({ me, currency }: Story): Promise<string> => {
  const plan = { name: 'Ventas', currency, startsOn: '2026-01-01', members: [await idOf(me)], percent: '3' };
  return (await act('createCommissionPlan', plan, '', me)).id;
};

/** What has been earned by the plan so far. */
const commission = async ({ me, ids }: Story): Promise<string | undefined> => {
  const text =
    'query($plan: ID!) { commissionStatements(where: { plan: { eq: $plan } }) { nodes { total { amount } } } }';
  type Found = { commissionStatements: { nodes: readonly { total: Money }[] } };
  return (await ask<Found>(text, { plan: ids['plan'] }, me)).commissionStatements.nodes[0]?.total.amount;
};

const becomeIssuer = async (me: Caller) => {
  const { file, password } = testCertificate({ from: new Date(Date.now() - 86_400_000) });
  const taxpayer = { ruc: '1799000012001', legalName: 'EMPRESA SINTETICA S.A.', mainAddress: 'Quito, Calle Uno 1' };
  const issuer = await act('createSriIssuer', taxpayer, '', me);
  const upload = { id: issuer.id, version: issuer.version, file: Buffer.from(file).toString('base64'), password };
  await act('uploadSriCertificate', upload, '', me);
};
