import type { CallerFinder } from '#modules/engagement/calls';
import { leadsReachedBy } from './known-leads.operations.ts';

/** The open lead that has the number of whoever calls. */
export const leadThatCalls: CallerFinder = async (context, number) =>
  (await leadsReachedBy(context, { emails: [], phones: [number] }))[0]?.id;
