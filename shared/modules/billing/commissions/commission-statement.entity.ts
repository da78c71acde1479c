import {
  choice,
  date,
  dateTime,
  decimal,
  derived,
  derivedOptional,
  entity,
  file,
  money,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { statementTotal } from './pool.rules.ts';

/** What somebody earns by a plan in a period. */
export const CommissionStatement = entity('CommissionStatement', {
  idPrefix: 'cos',
  describes:
    'What a person earns by a plan in a period: commissions up to the cap, bonuses, spiffs, corrections of periods before, and what is held back. Once approved it never changes: corrections go to the next one.',
  fields: {
    plan: ref('CommissionPlan', { describes: 'The plan.' }),
    user: ref('User', { describes: 'Who earns it.' }),
    place: text({ max: 120, unique: true, describes: 'Plan, person and first day in one.' }),
    from: date({ describes: 'The first day.' }),
    to: date({ describes: 'The last day.' }),
    closesAt: dateTime({ describes: 'When the period ends and it is calculated.' }),
    pool: derivedOptional(ref('CommissionPool', { describes: 'What the sales were that it is counted on.' })),
    sold: derivedOptional(money({ describes: 'What was sold that it is counted on.' })),
    quota: derivedOptional(money({ describes: 'What was to be sold.' })),
    attainment: derivedOptional(decimal({ describes: 'How much of the quota that is, in percent.' })),
    earned: derived(money({ describes: 'Commissions.' })),
    bonus: derived(money({ describes: 'Bonuses for reaching the quota.' })),
    spiffs: derived(money({ describes: 'Extra premiums.' })),
    adjustment: derived(money({ describes: 'Corrections of statements that were approved before.' })),
    held: derived(money({ describes: 'What is held back, or lost, because customers have not paid.' })),
    cap: derivedOptional(money({ describes: 'What commissions come to at most.' })),
    total: derived(money({ describes: 'What is to be paid; negative when too much was paid before.' })),
    decidedAt: derivedOptional(dateTime({ describes: 'When it was approved.' })),
    decidedBy: derivedOptional(ref('User', { describes: 'Who approved it, where no policy names those who do.' })),
    pdf: derivedOptional(file({ describes: 'The statement on paper, as it was approved.' })),
    paidOn: derivedOptional(date({ describes: 'When it was paid.' })),
    reference: derivedOptional(text({ max: 120, describes: 'The payroll or transfer.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['CALCULATED'], CALCULATED: ['APPROVED'], APPROVED: ['PAID'], PAID: [] },
    frozenIn: ['APPROVED', 'PAID'],
    closedIn: ['PAID'],
  },
  owner: ownedBy('user'),
  keys: {
    byPlan: { gsi: 1, of: 'plan', sort: 'from', on: 'CommissionPlan.statements' },
    byUser: { gsi: 2, sort: 'from' },
    all: { gsi: 3, sort: 'from' },
    byStatus: { gsi: 4, of: 'status', sort: 'from' },
  },
  timeline: ['id'],
  title: ({ from, to }) => `${from} - ${to}`,
  prepare: (statement) => statementTotal(statement),
  dueAt: ({ status, closesAt }) => (status === 'OPEN' ? closesAt : undefined),
  events: { earned: 'Something was earned, or taken back.' },
});

/** A statement, as code sees it. */
export type CommissionStatementRow = Row<typeof CommissionStatement>;

/** The parts that a statement is made of. */
export type StatementPart = 'earned' | 'bonus' | 'spiffs' | 'held';

/** What an entry of a statement is. */
export const entryKind = choice(['SALE', 'SPIFF', 'QUOTA', 'SUSPENDED', 'CLAWED_BACK', 'RELEASED'], {
  named: 'CommissionEntryKind',
  describes:
    'A sale or what was taken back of it; an extra premium; another quota; what is held back, lost, or given after all.',
});
