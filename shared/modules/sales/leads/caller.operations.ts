import { given } from '#kernel';
import type { CallAction, CallerFinder } from '#modules/engagement/calls';
import { leadsReachedBy } from './known-leads.operations.ts';
import { createLead } from './lead.operations.ts';

/** The open lead that has the number of whoever calls. */
export const leadThatCalls: CallerFinder = async (context, number) =>
  (await leadsReachedBy(context, { emails: [], phones: [number] }))[0]?.id;

/** A lead of somebody who calls and is nobody that is known. */
export const leadFromCall: CallAction = {
  key: 'LEAD',
  describes: 'Makes a lead of whoever is on the telephone, with the number; say who it is and what for.',
  label: { es: 'Crear un lead', en: 'Make a lead' },
  operation: createLead.name,
  fits: ({ account, contact, about }) => account === undefined && contact === undefined && about === undefined,
  names: 'about',
  fill: ({ number, user }) => Promise.resolve(given({ phone: number, owner: user })),
};
