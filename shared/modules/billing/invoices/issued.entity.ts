// What invoices and credit notes have in common: the number, the day and the seal that they get when they are issued.
import { choice, date, dateTime, derived, derivedOptional, integer, optional, ref, text, type Values } from '#kernel';
import { buyer } from './buyer.entity.ts';

/** What a document gets when it is issued. */
export const issuedFields = {
  locale: optional(
    choice(['es', 'en'], {
      named: 'Locale',
      describes: 'Its language; the account’s, then the tenant’s, when absent.',
    }),
  ),
  emissionPoint: optional(ref('EmissionPoint', { describes: 'Where it is issued; the default point when absent.' })),
  buyer: derived(buyer),
  number: derivedOptional(
    text({ max: 60, search: 'words', describes: 'Its number, without gaps in its series; a draft has none.' }),
  ),
  issuedOn: derivedOptional(date({ describes: 'Its day; within a series days follow the numbers.' })),
  issuedAt: derivedOptional(dateTime({ describes: 'When it was issued.' })),
  series: derivedOptional(text({ max: 40, describes: 'The series of its number: kind and emission point.' })),
  chainIndex: derivedOptional(integer({ min: 1, describes: 'Its place in the series, from 1.' })),
  hash: derivedOptional(
    text({
      max: 64,
      describes: 'SHA-256, in hex, of its content and the seal of the document before it: its own seal.',
    }),
  ),
  previousHash: derivedOptional(text({ max: 64, describes: 'The seal of the document before it in the series.' })),
  issueProblem: derivedOptional(
    text({ max: 500, describes: 'Why it could not be issued when its turn in the queue came.' }),
  ),
  pdf: derivedOptional(ref('File', { describes: 'The document on paper, as it was last made.' })),
  sentAt: derivedOptional(dateTime({ describes: 'When it was last sent by mail.' })),
  viewedAt: derivedOptional(dateTime({ describes: 'When the customer first opened its page.' })),
};
/** What a document gets when it is issued, as code sees it. */
export type IssuedValues = Values<typeof issuedFields>;
