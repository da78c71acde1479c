// What collectors do, as activities of the case: what came of it, and what comes next.
import {
  choice,
  dateTime,
  defaulted,
  DomainError,
  given,
  list,
  longText,
  mutation,
  object,
  optional,
  record,
  recordInput,
  ref,
  text,
  type Context,
  type StateOf,
} from '#kernel';
import { setDisputed } from '#modules/billing/invoices';
import { ActivityType } from '#modules/engagement/activities';
import { CollectionActivity, outcomes, type CollectionActivityRow } from './collection-activity.entity.ts';
import { CollectionCase, type CollectionCaseRow } from './collection-case.entity.ts';

type Planned = {
  readonly subject: string;
  readonly type: string;
  readonly dueAt: string;
  readonly notes?: string;
};

/** Plans work on a case, for its collector. Part of the caller's write. @throws TYPE_NOT_FOUND */
export const planAction = async (
  context: Context,
  row: CollectionCaseRow,
  { subject, type: key, dueAt, notes }: Planned,
): Promise<CollectionActivityRow> => {
  const { trusted, actor } = context;
  const type = await trusted(ActivityType).findUnique('key', key);
  if (!type) throw new DomainError('TYPE_NOT_FOUND', `There is no type of activity ${key}.`, ['type']);
  const fromType = { type: type.id, kind: type.kind, minutes: type.minutes, timeZone: actor.timeZone, postponed: 0 };
  return trusted(CollectionActivity).create(
    given({ ...fromType, subject, dueAt, notes, account: row.account, owner: row.ownerId, collectionCase: row.id }),
  );
};

const next = object(
  'NextCollectionAction',
  {
    subject: text({ describes: 'What is to be done next.' }),
    dueAt: dateTime({ describes: 'Until when.' }),
    type: defaulted(text({ max: 40, describes: 'The key of its type of activity.' }), 'CALL'),
    notes: optional(longText({ max: 4000, describes: 'What to say, what to know.' })),
  },
  { describes: 'What comes next; only where it is paid nothing does.' },
);

export const recordCollectionAction = mutation('recordCollectionAction', {
  describes:
    'Notes what a collector did on a case and what came of it, and plans what comes next. A contested invoice is not dunned any more.',
  needs: 'collectionCase.work',
  input: {
    ...recordInput('CollectionCase'),
    outcome: choice(outcomes, { named: 'CollectionOutcome', describes: 'What came of it.' }),
    type: defaulted(text({ max: 40, describes: 'The key of the type of activity that it was.' }), 'CALL'),
    notes: optional(longText({ max: 4000, describes: 'What was said.' })),
    disputed: optional(list(ref('Invoice'), { max: 20, describes: 'The invoices that the customer contests.' })),
    next: optional(next),
  },
  returns: {
    case: record(CollectionCase, 'The case.'),
    activity: record(CollectionActivity, 'What was done.'),
    next: optional(record(CollectionActivity, 'What comes next.')),
  },
  fails: ['NEXT_ACTION_REQUIRED', 'TYPE_NOT_FOUND', 'NOT_ISSUED', 'OTHER_ACCOUNT'],
  run: async ({ id, outcome, type, notes, disputed = [], next: wanted }, context) => {
    if (wanted === undefined && outcome !== 'PAID')
      throw new DomainError('NEXT_ACTION_REQUIRED', 'Say what is to be done next, and until when.', ['next']);
    const row = await context.data(CollectionCase).get(id);
    await dispute(context, row, disputed, notes ?? outcome);
    const subject = wordsOf[outcome][context.actor.locale];
    const activity = await noteDone(context, row, given({ subject, type, notes, outcome }));
    const following = wanted ? await planAction(context, row, wanted) : undefined;
    return given({ case: workedOn(context, row, outcome, wanted?.dueAt), activity, next: following });
  },
});

type Outcome = (typeof outcomes)[number];

const wordsOf: Readonly<Record<Outcome, { readonly es: string; readonly en: string }>> = {
  NO_ANSWER: { es: 'Cobranza: no contesta', en: 'Collection: no answer' },
  WRONG_NUMBER: { es: 'Cobranza: número equivocado', en: 'Collection: wrong number' },
  REACHED: { es: 'Cobranza: contactado', en: 'Collection: reached' },
  REFUSES: { es: 'Cobranza: se niega a pagar', en: 'Collection: refuses to pay' },
  PROMISE: { es: 'Cobranza: promete pagar', en: 'Collection: promises to pay' },
  DISPUTE: { es: 'Cobranza: no está de acuerdo', en: 'Collection: disputes it' },
  PAID: { es: 'Cobranza: ya pagó', en: 'Collection: has paid' },
};

const noteDone = async (
  context: Context,
  row: CollectionCaseRow,
  {
    subject,
    type,
    notes,
    outcome,
  }: { readonly subject: string; readonly type: string; readonly notes?: string; readonly outcome: Outcome },
): Promise<CollectionActivityRow> => {
  const now = context.clock.instant();
  const planned = await planAction(context, row, { subject, type, dueAt: now });
  const done = { completedAt: now, result: subject, collectionOutcome: outcome, ...given({ outcome: notes }) };
  return context.trusted(CollectionActivity).move(planned, 'DONE', done);
};

const dispute = async (
  context: Context,
  { account }: CollectionCaseRow,
  invoices: readonly string[],
  reason: string,
): Promise<void> => {
  for (const [index, id] of invoices.entries()) {
    const invoice = await setDisputed(context, id, reason.slice(0, 500));
    if (invoice.account !== account)
      throw new DomainError('OTHER_ACCOUNT', 'The invoice is one of another account.', ['disputed', index]);
  }
};

/** Whoever was reached is in contact; nobody is, who did not answer. */
const workedOn = (
  { data }: Context,
  row: CollectionCaseRow,
  outcome: Outcome,
  nextActionAt: string | undefined,
): CollectionCaseRow => {
  const isReached = outcome !== 'NO_ANSWER' && outcome !== 'WRONG_NUMBER';
  const changes = { nextActionAt: nextActionAt ?? null };
  const beginning: readonly StateOf<typeof CollectionCase>[] = ['NEW', 'ESCALATED'];
  return isReached && beginning.includes(row.status)
    ? data(CollectionCase).move(row, 'IN_CONTACT', changes)
    : data(CollectionCase).update(row, changes, { event: 'collectionCase.worked' });
};
