import { DomainError, given, mutation, optional, ref, versionInput, type Context } from '#kernel';
import { sha256 } from '#modules/platform/signing';
import { storeFile } from '#modules/platform/files';
import { takeDocumentNumber } from '#modules/platform/numbering';
import { noteDelivered, Order } from '#modules/sales/orders';
import { linesOfOrder } from './delivery-lines.operations.ts';
import { renderDelivery } from './delivery-paper.operations.ts';
import { takeFromStock } from './delivery-stock.operations.ts';
import { transport, type DeliveryTransport } from './delivery-fields.entity.ts';
import { Delivery, type DeliveryRow } from './delivery.entity.ts';

export const issueDeliveryCall = mutation('issueDelivery', {
  describes:
    'Issues a delivery: it takes the next number, its document is made and kept, stock leaves, and the order counts what was delivered. It does not change any more.',
  needs: 'delivery.issue',
  input: {
    id: ref('Delivery', { describes: 'Which one: a draft.' }),
    version: versionInput,
    transport: optional(transport),
  },
  returns: Delivery,
  fails: ['OVER_DELIVERY', 'OUT_OF_STOCK', 'NO_LINES'],
  run: async ({ id, transport: how }, context) => issueDelivery(context, await context.data(Delivery).get(id), how),
});

/** Issues a delivery in the caller's write. @throws INVALID_STATE, OVER_DELIVERY */
export const issueDelivery = async (
  context: Context,
  draft: DeliveryRow,
  how?: DeliveryTransport,
): Promise<DeliveryRow> => {
  if (draft.status !== 'DRAFT') throw new DomainError('INVALID_STATE', `It is ${draft.status} already.`, ['id']);
  const [sold, number] = await Promise.all([soldAsOfNow(context, draft), takeDocumentNumber(context, 'delivery')]);
  await noteOnOrder(context, { ...draft, ...sold }, 1);
  if (draft.order === undefined) await takeFromStock(context, draft);
  const issuedOn = context.clock.today();
  const said = given({ transport: how && { ...draft.transport, ...how } });
  const paper = await makePaper(context, { ...draft, ...sold, ...said, number, issuedOn });
  return context.data(Delivery).move(draft, 'ISSUED', { ...sold, ...said, ...paper, number, issuedOn });
};

/** What an order counts decides at the moment of issue: which part of its lines this is, to the cent. */
const soldAsOfNow = async ({ trusted }: Context, { order, lines }: DeliveryRow) =>
  order === undefined
    ? {}
    : linesOfOrder(
        await trusted(Order).get(order),
        lines.map(({ orderLine = '', quantity }) => ({ key: orderLine, quantity })),
      );

/** The order counts the lines as delivered, or no longer. */
export const noteOnOrder = async (context: Context, { order, lines }: DeliveryRow, sign: 1 | -1): Promise<void> => {
  if (order === undefined) return;
  const counted = lines.map(({ orderLine = '', quantity }) => ({
    key: orderLine,
    quantity: sign === 1 ? quantity : `-${quantity}`,
  }));
  await noteDelivered(context, order, counted);
};

const makePaper = async (context: Context, delivery: DeliveryRow & { readonly number: string }) => {
  const body = await renderDelivery(context, delivery);
  const file = await storeFile(context, {
    name: `${delivery.number}.pdf`,
    contentType: 'application/pdf',
    body,
    record: delivery.id,
  });
  return { pdf: file.id, pdfSha256: sha256(body) };
};
