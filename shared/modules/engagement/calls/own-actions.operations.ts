import { given } from '#kernel';
import { ActivityType } from '#modules/engagement/activities';
import { createContact } from '#modules/parties/contacts';
import type { CallAction } from './extension-points.rules.ts';

/** A visit or a meeting that is agreed on the telephone. */
export const makeAppointment: CallAction = {
  key: 'APPOINTMENT',
  describes:
    'Plans an activity with whom one speaks; say its subject and when it begins. A visit unless another type is given.',
  label: { es: 'Agendar una cita', en: 'Make an appointment' },
  operation: 'createActivity',
  fill: async ({ account, contact, user }, { trusted }) => {
    const visit = await trusted(ActivityType).findUnique('key', 'VISIT');
    return given({ account, contact, owner: user, type: visit?.id });
  },
};

/** Who calls is nobody that is known: a contact, of the account where that is known. */
export const noteContact: CallAction = {
  key: 'CONTACT',
  describes: 'Makes a contact of whoever is on the telephone, with the number; the call is with that contact then.',
  label: { es: 'Crear el contacto', en: 'Make a contact' },
  operation: createContact.name,
  fits: ({ contact }) => contact === undefined,
  names: 'contact',
  fill: ({ account, number, user }) => Promise.resolve(given({ account, phone: number, owner: user })),
};
