import { extended, given, type Context } from '#kernel';
import { openTaxBook } from '#modules/catalog/taxes';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { localeOf, Tenant } from '#modules/platform/settings';
import { Order } from '#modules/sales/orders';
import { addressLines, deliveryDocument } from './delivery-document.rules.ts';
import { deliverySettings } from './delivery-settings.rules.ts';
import type { DeliveryRow } from './delivery.entity.ts';

/** A tenant with what it has settled for deliveries. */
const DeliveringTenant = extended(Tenant, deliverySettings);

/** The delivery note as PDF. */
export const renderDelivery = async (context: Context, delivery: DeliveryRow): Promise<Uint8Array> => {
  const { actor, clock, trusted } = context;
  const [account, order, tenant, letterhead, book] = await Promise.all([
    trusted(Account).get(delivery.account),
    delivery.order === undefined ? undefined : trusted(Order).get(delivery.order),
    trusted(DeliveringTenant).find(actor.tenant),
    letterheadOf(context),
    openTaxBook(context, clock.today()),
  ]);
  const locale = delivery.locale ?? localeOf(account.locale, context.actor.locale);
  const note = deliveryDocument(
    { ...delivery, ...given({ shipTo: delivery.shipTo ?? account.addresses?.[0] }) },
    given({
      locale,
      madeAt: clock.instant(),
      showsPrices: delivery.showsPrices ?? tenant?.deliveryNotesShowPrices ?? true,
      account: { name: account.legalName ?? account.name, lines: linesUnderName(account) },
      order: order?.number,
      taxNames: new Map(book.rates.map((rate) => [rate.code, rate[locale]])),
    }),
  );
  return renderDocument(note, letterhead, { locale, country: actor.country, timeZone: actor.timeZone });
};

const linesUnderName = ({ taxId, addresses }: AccountRow): readonly string[] => [
  ...(taxId === undefined ? [] : [taxId]),
  ...addressLines(addresses?.[0]),
];
