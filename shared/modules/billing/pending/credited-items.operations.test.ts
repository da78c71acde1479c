import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { Invoice, type InvoiceRow } from '#modules/billing/invoices';
import { Delivery, type DeliveryRow } from '#modules/sales/deliveries';
import { Order, type OrderRow } from '#modules/sales/orders';
import { billing } from '#test/support/billing';
import { failure } from '#test/support/domain';
import { workOff } from '#test/support/jobs';
import { BillableItem, type BillableItemRow } from './index.ts';

const { start, run, account, domain } = billing();
let chair = '';

beforeEach(async () => {
  await start();
  const price = { listPrice: { amount: '10', currency: 'USD' } };
  chair = (await run('createProduct', { sku: 'CHAIR', name: 'Chair', ...price })).id;
});

const on = <Result = AnyRow>(operation: string, { id, version }: AnyRow, more: object = {}) =>
  run<Result>(operation, { id, version, ...more });
const items = async (): Promise<readonly BillableItemRow[]> =>
  (await domain().reader().data(BillableItem).list({ first: 100 })).rows;
const statuses = async () => (await items()).map(({ status, quantity }) => `${status} ${quantity}`).sort();

describe('what was credited', () => {
  const billed = async (quantity = '10') => {
    const lines = [{ product: chair, quantity }];
    const order = await on<OrderRow>('confirmOrder', await run('createOrder', { account: account(), lines }));
    const draft = await run<DeliveryRow>('createDeliveryFromOrder', { order: order.id });
    await on<DeliveryRow>('issueDelivery', draft);
    const invoice = await run<InvoiceRow>('billDelivery', { delivery: draft.id });
    await domain().settle();
    return { order: order.id, delivery: draft.id, invoice: invoice.id };
  };
  const credit = async (invoice: string, quantity: string, reinvoice: boolean) => {
    const lines = [{ line: '1', quantity }];
    const asked = { invoice, type: 'RETURN', reason: 'Wrong', lines, reinvoice };
    const note = await run('createCreditNote', asked);
    await run('issueCreditNote', { creditNote: note.id });
    await domain().settle();
  };
  const back = async (id: string, quantity: string) => {
    const delivery = await domain().reader().data(Delivery).get(id);
    const arrived =
      delivery.status === 'ISSUED' ? await on<DeliveryRow>('confirmDelivery', delivery, { receiver: 'Ana' }) : delivery;
    await on('returnDelivery', arrived, { lines: [{ key: '1', quantity }], reason: 'Broken' });
    await domain().settle();
  };
  const counted = async ({ order, delivery }: { order: string; delivery: string }) => [
    (await domain().reader().data(Order).get(order)).lines[0]?.invoiced,
    (await domain().reader().data(Delivery).get(delivery)).lines[0]?.invoiced,
  ];
  const rest = (order: string) => failure(run('createInvoiceFromOrder', { order }));

  it('in part to be invoiced again is invoiced once: by its item, or with all that is left of the order', async () => {
    const sold = await billed();
    await credit(sold.invoice, '3', true);
    expect([await statuses(), await counted(sold)]).toEqual([
      ['INVOICED 10', 'PENDING_REINVOICE 3'],
      ['7', '7'],
    ]);
    const again = (await items()).find(({ status }) => status === 'PENDING_REINVOICE');
    expect(again).toMatchObject({ order: sold.order, delivery: sold.delivery, originalInvoice: sold.invoice });
    await on('confirmInvoicingRun', await run('previewInvoicingRun', {}));
    await workOff(domain());
    expect([await counted(sold), await rest(sold.order)]).toEqual([['10', '10'], 'NO_LINES']);
    await domain().settle();
    await credit(sold.invoice, '2', true);
    await run('createInvoiceFromOrder', { order: sold.order });
    await domain().settle();
    expect(await statuses()).toEqual(['INVOICED 10', 'RESERVED 3', 'WAIVED 2']);
  });

  it('and never to be invoiced again is not left of the order, before it comes back and after', async () => {
    const sold = await billed();
    await credit(sold.invoice, '2', false);
    expect([await counted(sold), await rest(sold.order)]).toEqual([['10', '10'], 'NO_LINES']);
    const other = await billed();
    await back(other.delivery, '2');
    await credit(other.invoice, '2', false);
    expect([await counted(other), await rest(other.order)]).toEqual([['8', '8'], 'NO_LINES']);
    await credit(other.invoice, '1', false);
    expect([await counted(other), await rest(other.order)]).toEqual([['8', '8'], 'NO_LINES']);
  });

  it('or whose invoice was given up waits only as far as it did not come back meanwhile', async () => {
    const [part, whole] = [await billed(), await billed('4')];
    await back(part.delivery, '2');
    await back(whole.delivery, '4');
    for (const { invoice } of [part, whole])
      await on('voidInvoice', await domain().reader().data(Invoice).get(invoice), { reason: 'Wrong name' });
    await domain().settle();
    expect(await statuses()).toEqual(['PENDING_REINVOICE 8', 'WAIVED 4']);
    expect(await failure(run('billDelivery', { delivery: whole.delivery }))).toBe('ALREADY_INVOICED');
    expect((await run<InvoiceRow>('billDelivery', { delivery: part.delivery })).lines).toMatchObject([
      { quantity: '8' },
    ]);
  });
});
