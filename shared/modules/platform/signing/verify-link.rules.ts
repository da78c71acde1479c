import type { SignatureRow } from './signature.entity.ts';

/** The purpose of the link to the page that proves a signed document. */
export const verifyPurpose = 'verify';
/** For how long it works: as long as claims are raised at most. */
const verifyYears = 10;

/** What the link to that page says. */
export const verifyLink = ({ id, endedAt = '' }: Pick<SignatureRow, 'id' | 'endedAt'>) => ({
  purpose: verifyPurpose,
  record: id,
  until: `${String(Number(endedAt.slice(0, 4)) + verifyYears)}${endedAt.slice(4)}`,
});
