import type { Problem } from '#kernel';
import { ignoredEvent } from '#modules/platform/mail-in';

type Recipient = { readonly kind: string; readonly user?: string; readonly team?: string; readonly role?: string };
type Rule = {
  readonly on?: string;
  readonly schedule?: { readonly every: string; readonly weekday?: number; readonly day?: number };
  readonly of?: string;
  readonly to: readonly Recipient[];
};

const bad = (message: string, ...path: readonly (string | number)[]): Problem => ({ code: 'BAD_INPUT', message, path });

/** What a kind of recipient must name. */
const named: Readonly<Record<string, 'user' | 'team' | 'role'>> = { USER: 'user', TEAM: 'team', ROLE: 'role' };

/** What is wrong with a rule, as far as it says so itself. */
export const mailRuleProblems = (rule: Rule): readonly Problem[] => [
  ...causeProblems(rule),
  ...(rule.to.length === 0 ? [bad('Somebody must get it.', 'to')] : []),
  ...rule.to.flatMap((recipient, index) => recipientProblems(rule, recipient, index)),
];

const causeProblems = ({ on, schedule, of }: Rule): readonly Problem[] => {
  if ((on === undefined) === (schedule === undefined)) return [bad('A rule goes by an event or by a schedule.', 'on')];
  if (on?.startsWith('mail.')) return [bad('A mail that sends mails would never end.', 'on')];
  if (!schedule) return [];
  return of === undefined ? [bad('A schedule says whose records it lists.', 'of')] : scheduleProblems(schedule);
};

const scheduleProblems = ({ every, weekday, day }: NonNullable<Rule['schedule']>): readonly Problem[] => {
  if (every === 'WEEK' && weekday === undefined) return [bad('WEEK needs a day of the week.', 'schedule', 'weekday')];
  if (every === 'MONTH' && day === undefined) return [bad('MONTH needs a day of the month.', 'schedule', 'day')];
  return [];
};

const recipientProblems = ({ on, schedule }: Rule, recipient: Recipient, index: number): readonly Problem[] => {
  const field = named[recipient.kind];
  if (field !== undefined && recipient[field] === undefined)
    return [bad(`${recipient.kind} needs ${field}.`, 'to', index, field)];
  if (on === ignoredEvent && recipient.kind === 'CUSTOMER')
    return [bad('Machines that write are not answered.', 'to', index, 'kind')];
  if (schedule && recipient.kind === 'CUSTOMER')
    return [bad('Lists at fixed times are for users.', 'to', index, 'kind')];
  return [];
};
