import {
  choice,
  date,
  decimal,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  link,
  optional,
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { buyerIdCodes, type BuyerIdType } from './codes.rules.ts';

const line = {
  key: text({ max: 30, describes: 'The line of the delivery.' }),
  code: text({ max: 60, describes: 'The code of what is carried.' }),
  description: text({ max: 500, describes: 'What is carried.' }),
  quantity: decimal({ min: '0', describes: 'How many.' }),
};

const idType = (describes: string) =>
  choice(Object.keys(buyerIdCodes) as BuyerIdType[], { named: 'SriIdType', describes });

/** How the goods of a guide travel, and to whom. */
export const journeyFields = {
  carrierName: text({ min: 1, max: 300, describes: 'Who carries it, by the name of the law.' }),
  carrierId: text({ min: 1, max: 13, pattern: /^[A-Za-z0-9]+$/, describes: 'The number of who carries it.' }),
  carrierIdType: idType('How that number is to be read.'),
  plate: text({ min: 1, max: 20, describes: 'The plate of the vehicle.' }),
  startsOn: date({ describes: 'When it leaves.' }),
  endsOn: date({ describes: 'Until when it arrives.' }),
  from: text({ min: 1, max: 300, describes: 'The address that it leaves from.' }),
  receiverId: text({ min: 1, max: 20, describes: 'The number of who receives it.' }),
  receiverName: text({ min: 1, max: 300, describes: 'Who receives it.' }),
  to: text({ min: 1, max: 300, describes: 'The address that it goes to.' }),
  reason: text({ min: 1, max: 300, describes: 'Why it is moved.' }),
  route: optional(text({ max: 300, describes: 'The way that it takes.' })),
  destinationCode: optional(
    text({ max: 3, pattern: /^\d{3}$/, describes: 'The code of the establishment that receives it.' }),
  ),
  customsDocument: optional(text({ max: 20, describes: 'The number of the customs declaration, for imports.' })),
};
/** How the goods of a guide travel, and to whom. */
export type Journey = Values<typeof journeyFields>;

/** The guía de remisión: what the law of Ecuador wants on the road. */
export const RemissionGuide = entity('RemissionGuide', {
  idPrefix: 'gui',
  describes:
    'The guía de remisión of a delivery: what the law of Ecuador wants to see on the road. It has a series of its own without gaps and goes to the SRI; it never changes.',
  fields: {
    delivery: ref('Delivery', { describes: 'What is carried.' }),
    account: ref('Account', { describes: 'To whom it is carried.' }),
    emissionPoint: ref('EmissionPoint', { describes: 'Where it was issued.' }),
    invoice: optional(ref('Invoice', { describes: 'The invoice of what is carried, where there is one already.' })),
    number: derived(text({ max: 17, unique: true, search: 'words', describes: 'Its number: 001-001-000000123.' })),
    issuedOn: derived(date({ describes: 'The day of issue.' })),
    ...journeyFields,
    lines: derived(parts('RemissionGuideLine', line, { describes: 'What is carried.' })),
    place: derivedOptional(
      text({ max: 40, unique: true, describes: 'The delivery whose guide it is; one that is annulled gives way.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'ISSUED',
    moves: { ISSUED: ['ANNULLED'], ANNULLED: [] },
    frozenIn: ['ISSUED', 'ANNULLED'],
    closedIn: ['ANNULLED'],
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.remissionGuides' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt', shards: 2 },
    byDelivery: link('delivery', 'createdAt', 'Delivery.remissionGuides'),
  },
  defaults: [],
  timeline: ['id', 'account', 'delivery'],
  title: ({ number }) => number,
  prepare: ({ status, delivery }) => ({ place: status === 'ANNULLED' ? null : delivery }),
});

/** A guide, as code sees it. */
export type RemissionGuideRow = Row<typeof RemissionGuide>;
