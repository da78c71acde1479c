import { relationBy } from '#modules/parties/segments';
import { Case } from './case.entity.ts';

const all = {
  name: 'cases',
  of: Case,
  keeps: ['type', 'status', 'statusKind', 'priority', 'openedAt', 'closedAt', 'owner', 'tags'],
} as const;

/** Cases, as criteria of segments ask of them. */
export const caseRelations = [
  relationBy({ ...all, subject: 'Account', by: 'account', describes: 'Cases that concern the account.' }),
  relationBy({ ...all, subject: 'Contact', by: 'contact', describes: 'Cases in which one talks to the contact.' }),
];
