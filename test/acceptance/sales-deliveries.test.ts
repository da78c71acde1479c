import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Line = { readonly key: string; readonly quantity: string; readonly returned: string };
type Delivery = Answered & {
  readonly number: string | null;
  readonly status: string;
  readonly total: Money;
  readonly pdfSha256: string | null;
  readonly lines: readonly Line[];
};

let cloud: TestCloud;
let seller: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { chair: '', care: '', account: '', contact: '' };

const fields =
  'number status issuedOn pdfSha256 total { amount } order { number } lines { key quantity returned invoiced orderLine } proof { receiver receiverTaxId at point { latitude } signature { id } } transport { plate endsOn } reason';
const call = (name: string, { id, version }: Answered, more: object = {}, caller = seller) =>
  act<Delivery>(name, { id, version, ...more }, fields, caller);
const fromOrder = (order: string, lines?: readonly object[]) =>
  act<Delivery>('createDeliveryFromOrder', { order, ...(lines && { lines }) }, fields, seller);
const orderOf = async (quantity: string) => {
  const lines = [
    { product: ids.chair, quantity },
    { product: ids.care, quantity: '1' },
  ];
  const order = await act(
    'createOrder',
    { account: ids.account, contact: ids.contact, warehouse: 'NORTE', lines, headerDiscounts: [{ percent: '7' }] },
    'total { amount } lines { key }',
    seller,
  );
  return act<Answered & { lines: readonly Line[]; total: Money }>(
    'confirmOrder',
    { id: order.id, version: order.version },
    'total { amount } lines { key }',
    seller,
  );
};
const readOrder = async (id: string) =>
  (
    await ask<{ order: object }>(
      'query($id: ID!) { order(id: $id) { fulfilment lines { delivered received returned } deliveries { nodes { number status } } } }',
      { id },
      seller,
    )
  ).order;
const onHand = async () =>
  (
    await ask<{ availability: { levels: readonly { onHand: string; reserved: string }[] } }>(
      'query($products: [ID!]!) { availability(products: $products) { levels { onHand reserved } } }',
      { products: [ids.chair] },
      seller,
    )
  ).availability.levels[0];
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const upload = async (name: string, contentType: string, body: Buffer): Promise<string> => {
  const { done } = await ask<{ done: { file: { id: string }; uploadUrl: string } }>(
    'mutation($input: StartUploadInput!) { done: startUpload(input: $input) { file { id } uploadUrl } }',
    { input: { name, contentType, size: body.length } },
    seller,
  );
  await fetch(done.uploadUrl, { method: 'PUT', headers: { 'content-type': contentType }, body });
  await ask(
    'mutation($id: ID!) { finishUpload(input: { id: $id }) { userErrors { code } } }',
    { id: done.file.id },
    seller,
  );
  return done.file.id;
};

beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
  const product = async (sku: string, amount: string, kind: string) =>
    (await act('createProduct', { sku, name: sku, kind, listPrice: { amount, currency: 'USD' } })).id;
  ids.chair = await product('SILLA', '33.35', 'GOODS');
  ids.care = await product('MONTAJE', '20', 'SERVICE');
  await act('createWarehouse', { code: 'NORTE', name: 'Norte' });
  const level = { product: ids.chair, warehouse: 'NORTE', onHand: '50', countedAt: '2026-11-22T10:00:00Z' };
  await act('createStockLevel', level);
  const address = [{ street: 'Av. Amazonas 1', city: 'Quito', country: 'EC' }];
  const customer = { name: 'Cliente S.A.', taxId: '1790012345001', addresses: address };
  ids.account = (await act('createAccount', customer, '', seller)).id;
  const contact = {
    firstName: 'Ana',
    lastName: 'Vera',
    account: ids.account,
    email: 'ana@cliente.test',
    language: 'es',
  };
  ids.contact = (await act('createContact', contact, '', seller)).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('deliveries', () => {
  it('DLV-01 take parts of an order with goods and services, number by number, to the cent and never too much', async () => {
    const order = await orderOf('3');
    const [chairs, care] = order.lines.map(({ key }) => key);
    expect(await failing(fromOrder(order.id, [{ key: chairs, quantity: '4' }]))).toContain('OVER_DELIVERY');
    const first = await fromOrder(order.id, [{ key: chairs, quantity: '1' }]);
    const double = await fromOrder(order.id);
    expect([first.number, first.status]).toEqual([null, 'DRAFT']);
    const issued = await call('issueDelivery', first, { transport: { plate: 'PBA-1234', endsOn: '2099-01-01' } });
    expect(issued).toMatchObject({ status: 'ISSUED', number: '00001', transport: { plate: 'PBA-1234' } });
    expect(issued.pdfSha256).toMatch(/^[0-9a-f]{64}$/);
    // Another draft had all of it: its time is over.
    expect(await failing(call('issueDelivery', double))).toContain('OVER_DELIVERY');
    await call('cancelDelivery', double, { reason: 'Se entrega en partes' });
    const rest = await fromOrder(order.id);
    expect(rest.lines.map(({ key, quantity }) => [key, quantity])).toEqual([
      [chairs, '2'],
      [care, '1'],
    ]);
    const second = await call('issueDelivery', rest);
    expect(second.number).toBe('00002');
    const cents = ({ amount }: Money) => Math.round(Number(amount) * 100);
    expect(cents(issued.total) + cents(second.total)).toBe(cents(order.total));
    await cloud.idle();
    expect(await readOrder(order.id)).toMatchObject({ fulfilment: 'COMPLETE', deliveries: { nodes: { length: 3 } } });
    expect(await onHand()).toEqual({ onHand: '47', reserved: '0' });
    expect(await failing(call('updateDelivery', second, { notes: 'Tarde' }))).toContain('FROZEN');
    expect(await failing(call('issueDelivery', first))).toContain('STALE_VERSION');
  });

  it('DLV-01 leave as a document by mail, arrive with proof, and come back in part', async () => {
    const lines = [{ product: ids.chair, quantity: '5' }];
    const direct = { account: ids.account, contact: ids.contact, warehouse: 'NORTE', lines };
    const again = { ...direct, idempotencyKey: 'delivery-1' };
    const draft = await act<Delivery>('createDelivery', again, fields, seller);
    expect((await act('createDelivery', again, '', seller)).id).toBe(draft.id);
    const issued = await call('issueDelivery', draft);
    expect((await onHand())?.onHand).toBe('42');
    const sent = await call('sendDelivery', issued, { message: 'Llega mañana.' });
    await cloud.idle();
    const [mail] = await cloud.mailbox({ to: 'ana@cliente.test' });
    expect(mail?.subject).toBe(`Nota de entrega ${issued.number ?? ''}`);
    const pdf = await fetch(new URL(mail?.attachments[0]?.url ?? '', cloud.ready().mailbox));
    expect(new TextDecoder().decode((await pdf.arrayBuffer()).slice(0, 5))).toBe('%PDF-');

    const text = await upload('nota.txt', 'text/plain', Buffer.from('no picture'));
    const proof = { receiver: 'Ana Vera', receiverTaxId: '1710034065', point: { latitude: -0.18, longitude: -78.48 } };
    expect(await failing(call('confirmDelivery', sent, { ...proof, photo: text }))).toContain('NOT_AN_IMAGE');
    const signature = await upload('firma.png', 'image/png', picture);
    const delivered = await call('confirmDelivery', sent, { ...proof, signature });
    expect(delivered).toMatchObject({
      status: 'DELIVERED',
      proof: {
        receiver: 'Ana Vera',
        receiverTaxId: '1710034065',
        point: { latitude: -0.18 },
        signature: { id: signature },
      },
    });
    const key = delivered.lines[0]?.key;
    const back = (quantity: string, more: object = {}) => ({ lines: [{ key, quantity }], reason: 'Rayadas', ...more });
    expect(await failing(call('returnDelivery', delivered, back('6')))).toContain('OVER_RETURN');
    const part = await call('returnDelivery', delivered, back('2'));
    expect([part.status, part.lines[0]?.returned, (await onHand())?.onHand]).toEqual(['PARTIALLY_RETURNED', '2', '44']);
    const all = await call('returnDelivery', part, back('3', { restock: false }));
    expect([all.status, (await onHand())?.onHand]).toEqual(['RETURNED', '44']);
    expect(await failing(call('cancelDelivery', all, { reason: 'x' }))).toContain('INVALID_STATE');
  });

  it('DLV-01 of an order that come back go where the order says, or are given up', async () => {
    const before = Number((await onHand())?.onHand);
    const order = await orderOf('4');
    const issued = await call('issueDelivery', await fromOrder(order.id));
    const delivered = await call('confirmDelivery', issued, { receiver: 'Ana Vera' });
    const lines = (quantity: string) => [{ key: order.lines[0]?.key, quantity }];
    const part = await call('returnDelivery', delivered, { lines: lines('1'), reason: 'Rota', restock: false });
    expect(Number((await onHand())?.onHand)).toBe(before - 4);
    await call('returnDelivery', part, { lines: lines('2'), reason: 'Sobran' });
    expect(Number((await onHand())?.onHand)).toBe(before - 2);
    expect(await readOrder(order.id)).toMatchObject({ lines: [{ delivered: '4', received: '4', returned: '3' }, {}] });
  });

  it('DLV-02 are invoiced and issued in one call, once', async () => {
    const order = await orderOf('2');
    const issued = await call('issueDelivery', await fromOrder(order.id));
    const invoicing = () => act('billDelivery', { delivery: issued.id }, 'number status total { amount }', seller);
    expect(await invoicing()).toMatchObject({ number: '001-001-000000001', status: 'ISSUED', total: order.total });
    await cloud.idle();
    expect(await failing(invoicing())).toContain('ALREADY_INVOICED');
    const now = await ask<{ delivery: Delivery }>(`query($id: ID!) { delivery(id: $id) { id version ${fields} } }`, {
      id: issued.id,
    });
    expect(await failing(call('cancelDelivery', now.delivery, { reason: 'x' }))).toContain('ALREADY_INVOICED');
  });

  it('DLV-01 are refused to those who may not see or issue them', async () => {
    const order = await orderOf('1');
    const draft = await fromOrder(order.id);
    expect(await failing(call('issueDelivery', draft, {}, await signIn('support')))).toContain('FORBIDDEN');
    const olga = await startOtherTenant(cloud);
    expect(await failing(call('issueDelivery', draft, {}, olga))).toContain('NOT_FOUND');
    const { deliveries } = await ask<{ deliveries: { nodes: readonly object[] } }>(
      '{ deliveries { nodes { id } } }',
      {},
      olga,
    );
    expect(deliveries.nodes).toEqual([]);
    expect(await failing(act('createDelivery', { account: ids.account, lines: [] }, '', seller))).toContain('NO_LINES');
    const many = Array.from({ length: 501 }, () => ({ product: ids.chair, quantity: '1' }));
    expect(await failing(act('createDelivery', { account: ids.account, lines: many }, '', seller))).toMatch(
      /TOO_MANY|BAD_INPUT|TOO_LONG/,
    );
  });
});
