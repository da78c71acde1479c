import { relationBy } from '#modules/parties/segments';
import { Activity } from './activity.entity.ts';

const done = {
  name: 'activities',
  of: Activity,
  keeps: ['type', 'kind', 'result', 'completedAt', 'products', 'owner', 'opportunity', 'tags'],
  when: ({ status }) => status === 'DONE',
} as const satisfies Partial<Parameters<typeof relationBy<typeof Activity>>[0]>;

/** What was done with accounts and contacts, as criteria of segments ask of it. */
export const doneActivities = [
  relationBy({ ...done, subject: 'Account', by: 'account', describes: 'What was done with the account.' }),
  relationBy({ ...done, subject: 'Contact', by: 'contact', describes: 'What was done with the contact.' }),
];
