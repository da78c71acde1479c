import { createHash } from 'node:crypto';

/** The moment as documents of Ecuador say it: five hours behind UTC, all the year. */
export const ecuadorTime = (moment: Date): string =>
  new Date(moment.getTime() - 5 * 3_600_000).toISOString().replace(/\.\d{3}Z$/, '-05:00');

/** SHA-256 in hex. */
export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The same moment for people: `22/11/2026 10:00:05`. */
export const readableTime = (instant: string): string => {
  const [day = '', time = ''] = ecuadorTime(new Date(instant)).split('T');
  return `${day.split('-').reverse().join('/')} ${time.slice(0, 8)}`;
};
