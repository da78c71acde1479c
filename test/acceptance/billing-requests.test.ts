import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';

type Money = { readonly amount: string };
type Nodes<Node> = { readonly nodes: readonly Node[] };

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
const { ask, act, signIn, idOf } = openClient(() => cloud);
const ids = { chair: '', seller: '' };

const customer = async (name: string, taxId: string, more: object = {}) => {
  const addresses = [{ street: 'Calle 1', city: 'Quito' }];
  return (await act('createAccount', { name, kinds: ['CUSTOMER'], taxId, addresses, ...more }, '', seller)).id;
};
const call = (
  name: string,
  { id, version }: Pick<Answered, 'id' | 'version'>,
  more: object,
  fields: string,
  caller = manager,
) => act(name, { id, version, ...more }, fields, caller);
const titlesTold = async () => {
  const { inbox } = await ask<{ inbox: { notifications: Nodes<{ title: string }> } }>(
    '{ inbox(first: 50) { notifications { nodes { title } } } }',
    {},
    seller,
  );
  return inbox.notifications.nodes.map(({ title }) => title);
};

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = [await signIn('seller'), await signIn('manager')];
  ids.seller = await idOf(seller);
  const listPrice = { amount: '10', currency: 'USD' };
  ids.chair = (await act('createProduct', { sku: 'SILLA', name: 'Silla', listPrice })).id;
}, 90_000);
afterAll(() => cloud.stop());

/** A person with a role, signed in. */
const hire = async (role: string, email: string): Promise<Caller> => {
  await cloud.addUser({ email, name: role, password: 'a-password-1' });
  await act('inviteUser', { name: role, email, roles: [role] });
  return { token: await cloud.signIn(email, 'a-password-1') };
};

describe('invoices that others ask for', () => {
  const deal = async (account: string, contact?: string) =>
    act(
      'createOpportunity',
      {
        name: 'Sillas para oficina',
        account,
        ...(contact && { contact }),
        products: [{ product: ids.chair, quantity: '3' }],
      },
      '',
      seller,
    );

  it('INV-11 are made by an accountant who sees all that is needed, but not the deal', async () => {
    const account = await customer('Solicitudes S.A.', '1790000009001', {
      email: 'pagos@solicitudes.test',
      paymentDays: 30,
    });
    const opportunity = await deal(account);
    const asked = await act(
      'requestInvoice',
      { opportunity: opportunity.id, reference: 'OC-9', message: 'Antes del viernes' },
      'status missing',
      seller,
    );
    expect(asked).toMatchObject({ status: 'REQUESTED', missing: [] });
    const repeated = act('requestInvoice', { opportunity: opportunity.id }, '', seller);
    expect(await failing(repeated)).toContain('ALREADY_REQUESTED');
    const accountant = await hire('accountant', 'contadora@demo.test');
    const view =
      'query($id: ID!, $deal: ID!) { invoiceRequest(id: $id) { subject message reference paymentDays buyer { name taxId address email } lines { description quantity total { amount } } total { amount } opportunity { id } } opportunity(id: $deal) { id } }';
    const seen = await cloud.graphql<{ invoiceRequest: object; opportunity: object | null }>(
      view,
      { id: asked.id, deal: opportunity.id },
      accountant,
    );
    expect(seen.data?.opportunity ?? null).toBeNull();
    expect(seen.data?.invoiceRequest).toMatchObject({
      ...{ reference: 'OC-9', message: 'Antes del viernes', paymentDays: 30, opportunity: null },
      buyer: {
        name: 'Solicitudes S.A.',
        taxId: '1790000009001',
        address: 'Calle 1, Quito',
        email: 'pagos@solicitudes.test',
      },
      ...{ lines: [{ description: 'Silla', quantity: '3' }], total: { amount: '34.50' } },
    });
    expect(await failing(call('fulfilInvoiceRequest', asked, {}, '', seller))).toContain('FORBIDDEN');
    const done = await call('fulfilInvoiceRequest', asked, {}, 'status invoice { number }', accountant);
    expect(done).toMatchObject({ status: 'INVOICED', invoice: { number: expect.any(String) as unknown } });
    await cloud.idle();
    expect(await cloud.mailbox({ to: 'pagos@solicitudes.test' })).toHaveLength(1);
    expect(await titlesTold()).toContain('Sillas para oficina está facturado');
  });

  it('OPP-10 are sent once when a deal enters a stage for payment, or somebody has a task that says why not', async () => {
    const { pipelines } = await ask<{
      pipelines: Nodes<Answered & { stages: readonly { key: string; kind: string }[] }>;
    }>(
      '{ pipelines { nodes { id version subject isDefault stages { key labels { es en } kind probability category requiredFields } } } }',
    );
    const pipeline = pipelines.nodes.find(({ isDefault, subject }) => isDefault === true && subject === 'OPPORTUNITY');
    if (!pipeline) throw new Error('There is no pipeline.');
    const [entry] = pipeline.stages;
    const payable = {
      key: 'POR_COBRAR',
      labels: { es: 'Por cobrar', en: 'For payment' },
      kind: 'OPEN',
      probability: '90',
    };
    const stages = [entry, { ...payable, forPayment: true }, ...pipeline.stages.slice(1)];
    await call('updatePipeline', pipeline, { stages }, '', {});

    const account = await customer('Por Cobrar S.A.', '1790000010001', { email: 'pagos@cobrar.test' });
    const opportunity = await deal(account);
    const move = async (id: string, stage: string) => {
      await act('moveOpportunity', { id, stage }, '', seller);
      await cloud.idle();
    };
    for (const stage of ['POR_COBRAR', entry?.key ?? '', 'POR_COBRAR']) await move(opportunity.id, stage);
    const mails = await cloud.mailbox({ to: 'pagos@cobrar.test' });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.attachments).toHaveLength(1);

    const silent = await customer('Sin Correo S.A.', '1790000011001');
    const mute = await deal(silent);
    await move(mute.id, 'POR_COBRAR');
    const { account: left } = await ask<{
      account: { invoices: Nodes<object>; activities: Nodes<{ subject: string; notes: string }> };
    }>(
      'query($id: ID!) { account(id: $id) { invoices { nodes { id } } activities { nodes { subject notes owner { id } } } } }',
      { id: silent },
    );
    expect(left.invoices.nodes).toEqual([]);
    expect(left.activities.nodes).toMatchObject([
      { subject: 'Factura no enviada: Sillas para oficina', owner: { id: ids.seller } },
    ]);
    expect(left.activities.nodes[0]?.notes).toContain('NO_EMAIL');
  });
});

describe('alarms of billing', () => {
  it('INV-12 tell once of what is late, of who is over credit, and of amounts unlike the others', async () => {
    const account = await customer('Alarmas S.A.', '1790000012001', {
      creditLimit: { amount: '1000', currency: 'USD' },
    });
    const invoice = (unitPrice: string) =>
      act(
        'billDirectly',
        { account, lines: [{ description: 'Obra', quantity: '1', unitPrice, taxCategory: 'ZERO' }] },
        '',
        seller,
      );
    await act(
      'createBillableItem',
      { account, description: 'Horas', quantity: '2', unitPrice: '50', readyOn: '2026-01-15' },
      '',
      seller,
    );
    for (const price of ['100', '110', '120']) await invoice(price);
    await cloud.idle();
    await invoice('900');
    await cloud.advance(120);
    await cloud.idle();
    const alarms = async () =>
      (
        await ask<{ account: { billingAlarms: Nodes<Answered & { kind: string; amount: Money }> } }>(
          'query($id: ID!) { account(id: $id) { billingAlarms { nodes { id version kind status count amount { amount } usual { amount } } } } }',
          { id: account },
          manager,
        )
      ).account.billingAlarms.nodes;
    const raised = await alarms();
    expect(raised.map(({ kind }) => kind).sort()).toEqual(['LATE_TO_INVOICE', 'OVER_CREDIT', 'UNUSUAL_AMOUNT']);
    expect(raised.find(({ kind }) => kind === 'OVER_CREDIT')).toMatchObject({
      ...{ amount: { amount: '1230.00' }, usual: { amount: '1000.00' } },
    });
    expect(raised.find(({ kind }) => kind === 'UNUSUAL_AMOUNT')).toMatchObject({
      ...{ amount: { amount: '900.00' }, usual: { amount: '110.00' } },
    });
    await invoice('105');
    await cloud.idle();
    expect(await alarms()).toHaveLength(3);
    const titles = (await titlesTold()).filter((title) => title.endsWith('Alarmas S.A.'));
    expect(titles.sort()).toEqual([
      'Factura de monto inusual: Alarmas S.A.',
      'Sin facturar a tiempo: Alarmas S.A.',
      'Sobre su cupo de crédito: Alarmas S.A.',
    ]);
    const [first] = raised;
    if (!first) throw new Error('There is no alarm.');
    expect(await call('acknowledgeBillingAlarm', first, { note: 'Visto' }, 'status')).toMatchObject({
      status: 'ACKNOWLEDGED',
    });
  });
});
