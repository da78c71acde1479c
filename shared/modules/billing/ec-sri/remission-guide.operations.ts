import { DomainError, given, mutation, object, optional, ref, type AnyField, type Context, type Field } from '#kernel';
import { EmissionPoint, type EmissionPointRow } from '#modules/billing/invoices';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Delivery, type DeliveryRow } from '#modules/sales/deliveries';
import { documentNumberOf } from './access-key.rules.ts';
import { issuerOf, makeElectronic } from './issue-electronic.operations.ts';
import { journeyFields, RemissionGuide, type Journey } from './remission-guide.entity.ts';
import { idTypeOf } from './sri-lines.rules.ts';

type Optional<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends Field<infer Value, never> ? Field<Value, 'optional'> : never;
};

export const issueRemissionGuide = mutation('issueRemissionGuide', {
  describes:
    'Issues the guía de remisión of an issued delivery, with its transport data and what is said here in their place. It takes the next number of its own series and goes to the SRI.',
  needs: 'remissionGuide.issue',
  input: {
    delivery: ref('Delivery', { describes: 'The delivery: issued, not yet handed over.' }),
    emissionPoint: optional(ref('EmissionPoint', { describes: 'Where it is issued; the default point when absent.' })),
    invoice: optional(ref('Invoice', { describes: 'The invoice of what is carried, where there is one already.' })),
    journey: optional(
      object('RemissionJourney', someOf(journeyFields), { describes: 'In place of what the delivery says.' }),
    ),
  },
  returns: RemissionGuide,
  fails: ['NO_ISSUER', 'NO_EMISSION_POINT', 'TRANSPORT_INCOMPLETE'],
  run: async ({ delivery: id, emissionPoint, invoice, journey = {} }, context) => {
    const delivery = await context.data(Delivery).get(id);
    if (delivery.status !== 'ISSUED')
      throw new DomainError('INVALID_STATE', `The delivery is ${delivery.status}; an issued one travels.`, [
        'delivery',
      ]);
    const issuer = await issuerOf(context);
    if (!issuer) throw new DomainError('NO_ISSUER', 'There is no active issuer of Ecuador.');
    const point = await pointFor(context, emissionPoint);
    const account = await context.trusted(Account).get(delivery.account);
    const today = context.clock.today();
    const said = complete({ ...journeyOf(delivery, account, point, today), ...journey });
    const [establishment = '', till = ''] = point.code.split('-');
    const number = documentNumberOf(establishment, till, await context.nextNumber(`remission-guide/${point.code}`));
    const guide = context.data(RemissionGuide).create({
      ...said,
      delivery: id,
      account: account.id,
      emissionPoint: point.id,
      ...given({ invoice }),
      number,
      issuedOn: today,
      lines: delivery.lines.map(({ key, code, description, quantity }) => ({
        key,
        code: code ?? key,
        description: description ?? code ?? key,
        quantity,
      })),
    });
    await makeElectronic(context, issuer, {
      row: guide,
      guide: guide.id,
      kind: 'WAYBILL',
      account: account.id,
      number,
      issuedOn: said.startsOn,
      emissionPoint: point.id,
    });
    return guide;
  },
});

function someOf<Fields extends Readonly<Record<string, AnyField>>>(fields: Fields): Optional<Fields> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optional(field)])) as Optional<Fields>;
}

const pointFor = async ({ trusted }: Context, id: string | undefined): Promise<EmissionPointRow> => {
  const points = trusted(EmissionPoint);
  const point = id === undefined ? await points.findUnique('defaultPlace', 'default') : await points.get(id);
  if (point?.active === true) return point;
  throw new DomainError('NO_EMISSION_POINT', 'There is no active emission point to issue it.', ['emissionPoint']);
};

const journeyOf = (
  { transport = {}, shipTo }: DeliveryRow,
  account: AccountRow,
  point: EmissionPointRow,
  today: string,
): Partial<Journey> => {
  const { carrierTaxId, carrierTaxIdType, startsOn = today, endsOn = startsOn } = transport;
  return given({
    startsOn,
    endsOn,
    carrierName: transport.carrierName,
    carrierId: carrierTaxId,
    carrierIdType: carrierTaxId === undefined ? undefined : idTypeOf(carrierTaxIdType, carrierTaxId),
    plate: transport.plate,
    from: transport.from ?? point.address,
    receiverId: account.taxId,
    receiverName: account.legalName ?? account.name,
    to: transport.to ?? addressIn(shipTo ?? account.addresses?.[0]),
    reason: transport.reason ?? 'Venta',
    route: transport.route,
    destinationCode: transport.destinationCode,
    customsDocument: transport.customsDocument,
  });
};

const addressIn = (address: DeliveryRow['shipTo']): string | undefined =>
  [address?.street, address?.city].filter((part) => part !== undefined).join(', ') || undefined;

/** @throws TRANSPORT_INCOMPLETE that names what the law asks for */
const complete = (journey: Partial<Journey>): Journey => {
  const missing = Object.entries<AnyField>(journeyFields)
    .filter(([name, { presence }]) => presence === 'required' && journey[name as keyof Journey] === undefined)
    .map(([name]) => name);
  if (missing.length > 0)
    throw new DomainError('TRANSPORT_INCOMPLETE', `A remission guide needs ${missing.join(', ')}.`, ['journey']);
  const { startsOn, endsOn } = journey as Journey;
  if (endsOn < startsOn)
    throw new DomainError('TRANSPORT_INCOMPLETE', 'It arrives before it leaves.', ['journey', 'endsOn']);
  return journey as Journey;
};
