import { given } from '#kernel';
import { ActivityType } from '#modules/engagement/activities';
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
