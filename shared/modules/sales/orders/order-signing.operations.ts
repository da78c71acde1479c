// The document of an order, and what happens when the customer signs it: on a page, or on a device of ours.
import { DomainError, given, mutation, recordInput, type Context, type Locale, type Repository } from '#kernel';
import { localeOf } from '#modules/platform/settings';
import { sha256 } from '#modules/platform/signing';
import { openTaxBook } from '#modules/catalog/taxes';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { storeFile } from '#modules/platform/files';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import type { SigningSubject } from '#modules/platform/signing';
import { User } from '#modules/platform/users';
import { orderDocument } from './order-document.rules.ts';
import { Order, type OrderRow } from './order.entity.ts';

export const drawUpOrder = mutation('drawUpOrder', {
  describes:
    'Makes the document of an order, as a PDF with the letterhead of the tenant; it is what is signed from then on.',
  needs: 'order.update',
  input: recordInput('Order'),
  returns: Order,
  run: async ({ id }, context) => {
    const order = await context.data(Order).get(id);
    assertAlive(order);
    return (await drawUp(order, context, context.data(Order))).order;
  },
});

const assertAlive = ({ status, number }: OrderRow): void => {
  if (status === 'CANCELLED' || status === 'CLOSED')
    throw new DomainError('INVALID_STATE', `Order ${number} is ${status}; it is signed before.`, ['record']);
};

/** Makes the document and keeps it with the order, by the rights of `orders`; one that was drawn up before stays. */
const drawUp = async (order: OrderRow, context: Context, orders: Repository<typeof Order>) => {
  const contact = order.contact === undefined ? undefined : await context.trusted(Contact).find(order.contact);
  const locale = localeOf(contact?.language, context.actor.locale);
  if (order.pdf !== undefined && order.pdfSha256 !== undefined)
    return { order, locale, document: { file: order.pdf, sha256: order.pdfSha256 } } as const;
  const body = await renderOrder(order, contact?.name, locale, context);
  const name = `${order.number}.pdf`;
  const file = await storeFile(context, { name, contentType: 'application/pdf', body, record: order.id });
  const document = { file: file.id, sha256: sha256(body) };
  const drawn = orders.update(order, { pdf: document.file, pdfSha256: document.sha256 });
  return { order: drawn, locale, document } as const;
};

const renderOrder = async (
  order: OrderRow,
  contact: string | undefined,
  locale: Locale,
  context: Context,
): Promise<Uint8Array> => {
  const { actor, clock, trusted } = context;
  const [account, owner, letterhead, book] = await Promise.all([
    trusted(Account).get(order.account),
    order.ownerId === undefined ? undefined : trusted(User).find(order.ownerId),
    letterheadOf(context),
    openTaxBook(context, order.pricedOn),
  ]);
  const [place] = account.addresses ?? [];
  const lines = [account.taxId ?? '', [place?.street, place?.city].filter(Boolean).join(', ')];
  const about = given({
    ...{ locale, contact, owner: owner?.name, madeAt: clock.instant() },
    account: { name: account.legalName ?? account.name, lines: lines.filter((line) => line !== '') },
    taxNames: new Map(book.rates.map((rate) => [rate.code, rate[locale]])),
  });
  const { country, timeZone } = actor;
  return renderDocument(orderDocument(order, about), letterhead, { locale, country, timeZone });
};

/** For the extension point `signing.subjects`: an order is signed as it was drawn up, also after it was confirmed. */
export const orderSigning: SigningSubject = {
  kind: 'order',
  idPrefix: Order.idPrefix,
  present: async (context, id) => {
    const order = await context.data(Order).get(id);
    assertAlive(order);
    const { locale, document } = await drawUp(order, context, context.trusted(Order));
    return { locale, document, subject: order.number, ...given({ owner: order.ownerId }) };
  },
  signed: async ({ trusted, clock }, { id, about, signer, documentSha256 }) => {
    const order = await trusted(Order).get(about);
    assertAlive(order);
    if (order.pdfSha256 !== documentSha256)
      throw new DomainError('DOCUMENT_CHANGED', 'The order has changed since it was drawn up.', ['record']);
    const signed = { signature: id, signedBy: signer.name, signedAt: clock.instant() };
    trusted(Order).update(order, signed, { event: 'order.signed' });
  },
};
