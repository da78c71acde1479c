import { createHash } from 'node:crypto';
import type { Context } from '#kernel';
import { useQuota } from '#modules/platform/quotas';

const minutes = 10;
/** What one visit, and what one address of the network, may write within ten minutes; and how many visits an address may begin. */
const most = { visit: '30', address: '90', begun: '10' } as const;

/** Of IPv6 whoever has one address has billions: the network counts. */
const networkOf = (ip: string): string => (ip.includes(':') ? ip.split(':').slice(0, 4).join(':') : ip);

/** Counts what a visitor writes. Answers after how many seconds they may go on, where it was too much. */
export const tooMuchFor = async (
  context: Context,
  {
    line,
    visit,
    isNew,
    ip,
  }: { readonly line: string; readonly visit: string; readonly isNew: boolean; readonly ip: string },
): Promise<number | undefined> => {
  const now = context.clock.now().getTime();
  const slot = Math.floor(now / (minutes * 60_000));
  // Nobody's address is kept: of each slot it is known by another hash.
  const address = createHash('sha256')
    .update(`${String(slot)} ${networkOf(ip)}`)
    .digest('base64url')
    .slice(0, 22);
  const counted: readonly (readonly [string, string])[] = [
    [`visit ${visit}`, most.visit],
    [`from ${address}`, most.address],
    ...(isNew ? [[`begun ${address}`, most.begun] as const] : []),
  ];
  for (const [what, limit] of counted)
    if (!(await useQuota(context, `chat ${line} ${String(slot)} ${what}`, '1', limit)))
      return Math.ceil(((slot + 1) * minutes * 60_000 - now) / 1000);
  return undefined;
};
