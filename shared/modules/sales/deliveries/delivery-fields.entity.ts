// What a delivery says besides what was sold: who carries it, and who received it.
import {
  choice,
  date,
  dateTime,
  decimal,
  defaulted,
  file,
  geoPoint,
  object,
  optional,
  text,
  type Values,
} from '#kernel';
import { pricedLine } from '#modules/catalog/pricing';

const transportFields = {
  carrierName: optional(text({ max: 300, describes: 'Who carries it, by the name of the law.' })),
  carrierTaxId: optional(text({ max: 20, describes: 'The tax number of who carries it.' })),
  carrierTaxIdType: optional(
    choice(['RUC', 'CEDULA', 'PASSPORT', 'VAT', 'OTHER'], { named: 'TaxIdType', describes: 'What that number is.' }),
  ),
  plate: optional(text({ max: 20, describes: 'The plate of the vehicle.' })),
  startsOn: optional(date({ describes: 'When it leaves; the day of issue when absent.' })),
  endsOn: optional(date({ describes: 'Until when it arrives.' })),
  from: optional(text({ max: 300, describes: 'The address that it leaves from.' })),
  to: optional(text({ max: 300, describes: 'The address that it goes to; where it is delivered when absent.' })),
  reason: optional(text({ max: 300, describes: 'Why it is moved: sale, transfer, consignment.' })),
  route: optional(text({ max: 300, describes: 'The way that it takes.' })),
  destinationCode: optional(text({ max: 3, describes: 'The code of the establishment that receives it.' })),
  customsDocument: optional(text({ max: 20, describes: 'The number of the customs declaration, for imports.' })),
};
/** How goods travel: what a guía de remisión asks for. */
export const transport = object('DeliveryTransport', transportFields, { describes: 'How the goods travel.' });
/** How goods travel. */
export type DeliveryTransport = Values<typeof transportFields>;

/** What the receiver confirms. */
export const proofInput = {
  receiver: text({ min: 1, max: 200, describes: 'Who received it.' }),
  receiverTaxId: optional(text({ max: 20, describes: 'The number of that person’s identity card.' })),
  signature: optional(file({ describes: 'The signature, as a picture.' })),
  photo: optional(file({ describes: 'A photo of what was handed over.' })),
  point: optional(geoPoint({ describes: 'Where it was handed over.' })),
  note: optional(text({ max: 500, describes: 'What the receiver remarked.' })),
};
/** The proof that it was delivered. */
export const proof = object(
  'DeliveryProof',
  {
    ...proofInput,
    at: dateTime({ describes: 'When it was handed over.' }),
  },
  { describes: 'Who received it, and what shows that.' },
);

const count = (describes: string) => defaulted(decimal({ min: '0', describes }), '0');

/** A line: what of it is delivered, at the price that it was sold for. */
export const deliveryLine = {
  ...pricedLine,
  orderLine: optional(text({ max: 30, describes: 'The line of the order that it serves.' })),
  quoteLine: optional(text({ max: 30, describes: 'The line of the offer that it serves.' })),
  returned: count('What of it came back.'),
  invoiced: count('What of it was invoiced.'),
};
/** A line, as code sees it. */
export type DeliveryLine = Values<typeof deliveryLine>;
