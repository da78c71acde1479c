import {
  dateTime,
  DomainError,
  integer,
  job,
  list,
  mutation,
  object,
  optional,
  ref,
  text,
  versionInput,
  type ChangesOf,
  type Context,
  type Piece,
  type RowResult,
} from '#kernel';
import { forget, rememberFor } from '#kernel/remember';
import { startJob } from '#modules/platform/jobs';
import { defaultScoring } from './default-scoring.rules.ts';
import { fitFields, LeadScoring, scoringId, signalRuleFields } from './lead-scoring.entity.ts';
import { Lead, type LeadRow } from './lead.entity.ts';
import { isOpenLead } from './lead.rules.ts';
import { nextScoring, scoreOf, type Scored, type ScoringRules } from './scoring.rules.ts';

const nameOf = (tenant: string): string => `lead scoring ${tenant}`;

const readRules = async ({ trusted }: Context): Promise<ScoringRules> =>
  (await trusted(LeadScoring).find(scoringId)) ?? defaultScoring;

/** The tenant's rules, as they were within the last minute. */
export const scoringRules = (context: Context): Promise<ScoringRules> =>
  rememberFor(context, nameOf(context.actor.tenant), () => readRules(context));

/** What a lead scores now, as its fields have it. */
export const scoredAs = (lead: Scored, rules: ScoringRules, now: Date, isQualified = false) => ({
  ...scoreOf(lead, rules, now),
  scoredAt: now.toISOString(),
  rescoreAt: nextScoring(lead, rules, now, isQualified) ?? null,
});

/** Scores a lead anew with what has changed; over the threshold it is qualified by itself. */
export const rescored = (
  { data, clock }: Context,
  lead: LeadRow,
  rules: ScoringRules,
  event: string,
  changes: ChangesOf<typeof Lead> = {},
): LeadRow => {
  const now = clock.now();
  const isReady = rules.qualifyAt !== undefined && (lead.status === 'NEW' || lead.status === 'WORKING');
  const scored = { ...changes, ...scoredAs({ ...lead, ...changes } as Scored, rules, now, !isReady) };
  if (!isReady || scored.score < (rules.qualifyAt ?? Infinity)) return data(Lead).update(lead, scored, { event });
  const { rescoreAt } = scoredAs({ ...lead, ...changes } as Scored, rules, now, true);
  return data(Lead).move(lead, 'QUALIFIED', { ...scored, rescoreAt, qualifiedAt: now.toISOString() });
};

/** Signals that a lead keeps. */
const mostSignals = 100;

export const noteLeadSignal = mutation('noteLeadSignal', {
  describes:
    'Notes that a lead did something that counts for its score: replied, met us, looked at prices, unsubscribed.',
  needs: 'lead.signal',
  input: {
    id: ref('Lead', { describes: 'Which lead.' }),
    version: optional(versionInput),
    signal: text({ max: 40, describes: 'What it did, by its name in the scoring rules.' }),
    at: optional(dateTime({ describes: 'When; now when absent.' })),
    note: optional(text({ describes: 'What to know of it.' })),
  },
  returns: Lead,
  fails: ['UNKNOWN_SIGNAL', 'LEAD_CLOSED'],
  run: async ({ id, signal, at, note }, context) => {
    const lead = await context.data(Lead).get(id);
    if (!isOpenLead(lead)) throw new DomainError('LEAD_CLOSED', `This lead is ${lead.status}.`, ['id']);
    const rules = await scoringRules(context);
    const names = rules.signals.map((rule) => rule.signal);
    if (!names.includes(signal))
      throw new DomainError('UNKNOWN_SIGNAL', `There is no rule for it; there are ${names.join(', ')}.`, ['signal']);
    const now = context.clock.instant();
    const noted = { signal, at: at === undefined || at > now ? now : at, ...(note !== undefined && { note }) };
    const signals = [...lead.signals, noted].sort((a, b) => (a.at < b.at ? -1 : 1)).slice(-mostSignals);
    return rescored(context, lead, rules, 'lead.signalled', { signals });
  },
});

export const setLeadScoring = mutation('setLeadScoring', {
  describes: 'Settles how leads are scored: absent settings stay. Open leads are then scored anew by a job.',
  needs: 'leadScoring.configure',
  input: {
    fit: optional(list(object('FitRule', fitFields), { max: 50, describes: 'Points for what a lead is.' })),
    signals: optional(list(object('SignalRule', signalRuleFields), { max: 50, describes: 'Points for what it does.' })),
    halfLifeDays: optional(integer({ min: 1, max: 365, describes: 'Days after which what a lead did counts half.' })),
    gradeA: optional(integer({ min: 0, max: 100, describes: 'Score from which the grade is A.' })),
    gradeB: optional(integer({ min: 0, max: 100, describes: 'Score from which the grade is B.' })),
    gradeC: optional(integer({ min: 0, max: 100, describes: 'Score from which the grade is C.' })),
    qualifyAt: optional(integer({ min: 1, max: 100, describes: 'Score from which a lead is qualified by itself.' })),
  },
  returns: LeadScoring,
  run: async (input, context) => {
    const rules = context.data(LeadScoring);
    const known = await rules.find(scoringId);
    context.afterCommit(() => {
      forget(context, nameOf(context.actor.tenant));
      return Promise.resolve();
    });
    startJob(context, rescoreLeads, {}, { subject: scoringId });
    if (known) return rules.update(known, input);
    return rules.create({ qualifyAt: defaultScoring.qualifyAt, ...input }, { id: scoringId });
  },
});

/** Leads of one chunk. */
const perChunk = 90;
const openStates = ['NEW', 'WORKING', 'QUALIFIED'] as const;

/** Scores all open leads anew. */
export const rescoreLeads = job<Readonly<Record<string, never>>>('rescoreLeads', {
  describes: 'Scores all open leads anew, by rules that have changed.',
  needs: 'leadScoring.configure',
  chunk: async (_given, cursor = '0', context) => {
    const rules = await readRules(context);
    const [state, after] = cursor.split(' ');
    const status = openStates[Number(state)];
    if (status === undefined) return { results: [] };
    const page = await context
      .trusted(Lead)
      .page('byStatus', { of: status, first: perChunk, ...(after !== undefined && { after }) });
    const outcomes = await context.together(page.rows.map(({ id }) => scoring(id, `${context.jobId} ${id}`, rules)));
    const next =
      page.hasNextPage && page.endCursor !== undefined ? `${String(state)} ${page.endCursor}` : nextState(state);
    return {
      results: outcomes.map(({ status: became, record }, row): RowResult => ({
        row: row + 1,
        status: became,
        ...(record !== undefined && { record }),
      })),
      ...(next !== undefined && { next }),
    };
  },
});

const nextState = (state = '0'): string | undefined =>
  Number(state) + 1 < openStates.length ? String(Number(state) + 1) : undefined;

const scoring = (id: string, key: string, rules: ScoringRules): Piece => ({
  key,
  reads: [id],
  run: async (unit) => {
    const lead = await unit.trusted(Lead).get(id);
    return isOpenLead(lead) && lead.archivedAt === undefined ? rescored(unit, lead, rules, 'lead.scored') : lead;
  },
});
