import { createHash } from 'node:crypto';
import type { Context } from '#kernel';

const minutes = 10;
/** What one visit, and what one address of the network, may write within ten minutes; and how many visits an address may begin. */
const most = { visit: 30, address: 90, begun: 10 } as const;

/** Of IPv6 whoever has one address has billions: the network counts, which is the first four of eight groups. */
const networkOf = (ip: string): string => {
  if (ip.includes('.') || !ip.includes(':')) return ip.slice(ip.lastIndexOf(':') + 1);
  const [before = [], after = []] = ip.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const left = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...left, ...after].slice(0, 4).join(':');
};

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
  const counted: readonly (readonly [string, number])[] = [
    [`visit ${visit}`, most.visit],
    [`from ${address}`, most.address],
    ...(isNew ? [[`begun ${address}`, most.begun] as const] : []),
  ];
  const end = (slot + 1) * minutes * 60;
  for (const [what, limit] of counted)
    if ((await context.nextNumber(`chat ${line} ${String(slot)} ${what}`, end)) > limit)
      return Math.ceil(end - now / 1000);
  return undefined;
};
