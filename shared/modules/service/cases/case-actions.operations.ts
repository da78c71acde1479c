import { DomainError, mutation, optional, record, ref, text, versionInput, type Context, type InputOf } from '#kernel';
import { Activity, createActivity } from '#modules/engagement/activities';
import { Mail, sendMail } from '#modules/platform/mail-out';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { CaseType, type CaseAction } from './case-type.entity.ts';
import { Case, type CaseRow } from './case.entity.ts';
import { moveCase } from './case.operations.ts';

export const runCaseAction = mutation('runCaseAction', {
  describes: 'Does what an action of the type of a case says, with the rights that doing it by hand would need.',
  needs: 'case.act',
  input: {
    id: ref('Case', { describes: 'Which case.' }),
    version: optional(versionInput),
    action: text({ max: 40, describes: 'The key of the action.' }),
  },
  returns: {
    case: record(Case, 'The case as it is now.'),
    activity: optional(record(Activity, 'What was planned.')),
    mail: optional(record(Mail, 'What was sent.')),
  },
  fails: [
    'ACTION_NOT_FOUND',
    'ACTION_NOT_OFFERED',
    'NO_ADDRESS',
    'REQUIRED_FOR_STAGE',
    'STAGE_NOT_FOUND',
    'STAGE_RETIRED',
    'SUPPRESSED',
    'TEMPLATE_NOT_FOUND',
  ],
  run: async ({ id, action: key }, context) => {
    const row = await context.data(Case).get(id);
    const { actions } = await context.trusted(CaseType).get(row.type);
    const action = actions.find((each) => each.key === key);
    if (!action) throw unknown(key, actions);
    if (action.statuses.length > 0 && !action.statuses.includes(row.status))
      throw new DomainError('ACTION_NOT_OFFERED', `In ${row.status} there is no ${key}.`, ['action']);
    return doers[action.does](context, row, action);
  },
});

const unknown = (key: string, actions: readonly CaseAction[]): DomainError => {
  const names = actions.map((action) => action.key).join(', ') || 'none';
  return new DomainError('ACTION_NOT_FOUND', `There is no action ${key}; there are: ${names}.`, ['action']);
};

type Done = { readonly case: CaseRow; readonly activity?: never; readonly mail?: never };
type Doer = (context: Context, row: CaseRow, action: CaseAction) => Promise<Done>;

const move: Doer = async (context, row, { status = '' }) => ({
  case: await context.run(moveCase, { id: row.id, status, changes: {} }),
});

type CaseActivity = InputOf<typeof Activity> & { readonly case: string };

const plan: Doer = async (context, row, action) => {
  const { id, account, contact, opportunity, subject: about } = row;
  const values: CaseActivity = {
    type: action.activityType ?? '',
    subject: action.subject ?? `${action.labels[context.actor.locale]}: ${about}`.slice(0, 200),
    dueAt: dueAfter(context.clock.instant(), action.dueInDays ?? 0),
    account,
    case: id,
    ...(contact !== undefined && { contact }),
    ...(opportunity !== undefined && { opportunity }),
  };
  return { case: row, activity: (await context.run(createActivity, { values })) as never };
};

const dueAfter = (now: string, days: number): string => new Date(Date.parse(now) + days * 86_400_000).toISOString();

const send: Doer = async (context, row, { template = '' }) => {
  const to = await addressOf(context, row);
  if (to === undefined)
    throw new DomainError('NO_ADDRESS', 'Neither the contact nor the account has an e-mail address.', ['action']);
  return { case: row, mail: (await context.run(sendMail, { to: [to], template, record: row.id })) as never };
};

const addressOf = async ({ data }: Context, { account, contact }: CaseRow): Promise<string | undefined> => {
  const person = contact === undefined ? undefined : await data(Contact).find(contact);
  return person?.email ?? (await data(Account).find(account))?.email;
};

const doers: Readonly<Record<CaseAction['does'], Doer>> = { MOVE: move, CREATE_ACTIVITY: plan, SEND_MAIL: send };
