// What a rule looks at, gone through in pieces: when the rule has changed, and when the time of its timetable has come.
import {
  DomainError,
  given,
  job,
  reaction,
  signedIn,
  type ChunkResult,
  type Context,
  type DomainEvent,
  type Filter,
  type JobContext,
  type PageAsked,
  type Piece,
  type PieceOutcome,
  type RowResult,
} from '#kernel';
import { isLostRace } from '#kernel/lost-race';
import { startJob } from '#modules/platform/jobs';
import { workingTimeOf } from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { goalTitle, goalWords } from './alert-words.rules.ts';
import { paceOf } from './alert-rule.rules.ts';
import { AlertRule, type AlertRuleRow } from './alert-rule.entity.ts';
import { Alert } from './alert.entity.ts';
import type { Goal } from './extension-points.rules.ts';
import { review } from './finding.reactions.ts';
import { isOn } from './known-rules.operations.ts';
import { isByAlerts, taker } from './own-work.rules.ts';
import { alertIdOf, alertOf, isOver, raise, settle, watch } from './raising.operations.ts';
import { beginToLook, heardLate } from './looking-back.operations.ts';
import { entityOf, filterAt, findingOf, momentsOf, sourceOf, verdictOn, type Moments } from './standing.operations.ts';

/** `moments` are those of its start: what is listed by pages is asked for in the same words each time. */
type Given = {
  readonly rule: string;
  /** KNOWN: after a change, when all know of it. */
  readonly because: 'CHANGED' | 'KNOWN' | 'TIME';
  readonly moments?: Moments;
  /** KNOWN: when it was changed. */
  readonly from?: string;
};
type Going = Omit<Given, 'rule'> & { readonly rule: AlertRuleRow; readonly context: JobContext };

const perChunk = 50;
/** All goals are counted for each chunk. */
const goalsPerChunk = 200;

/** First the alerts that stand, then what they come from. The cursor says how far each of them has got. */
export const goThrough = job<Given>('goThroughAlertRule', {
  describes: 'Holds what a rule of alerts looks at against it, after it has changed or when its time has come.',
  needs: signedIn,
  chunk: async ({ rule: id, ...asked }, cursor = 'alerts ', context) => {
    const rule = await context.trusted(AlertRule).find(id);
    if (!rule) return { results: [] };
    const [phase, after = ''] = cursor.split(' ', 2);
    const going = { ...asked, rule, context };
    if (phase === 'alerts') return thenSources(await throughAlerts(going, after), going);
    if (rule.trigger.kind === 'EVENT') return throughEvents(going, after);
    return rule.trigger.kind === 'GOAL' ? throughGoals(going, Number(after)) : throughRecords(going, after);
  },
});

type Passed = { readonly pieces: readonly Piece[]; readonly next?: string };

const pageAfter = (after: string): PageAsked => ({ first: perChunk, ...(after !== '' && { after }) });

const passed = async (context: JobContext, { pieces, next }: Passed): Promise<ChunkResult> => {
  const outcomes = await context.together(pieces);
  return given({ results: outcomes.flatMap(failureOf), next });
};

/** What is wrong with one thing keeps nobody from the others; a lost race is tried again by the queue. */
const failureOf = ({ error }: PieceOutcome, index: number): readonly RowResult[] => {
  if (error === undefined) return [];
  if (isLostRace(error) || !(error instanceof DomainError))
    throw new Error('Something could not be held against the rule.', { cause: error });
  return [{ row: index + 1, status: 'failed', code: error.code, message: error.message }];
};

const throughAlerts = async ({ rule, context }: Going, after: string): Promise<ChunkResult> => {
  const page = await context.trusted(Alert).page('byRule', { of: rule.id, ...pageAfter(after) });
  const pieces = page.rows
    .filter((alert) => !isOver(alert))
    .map(({ id }): Piece => {
      const run: Piece['run'] = async (each) => {
        const alert = await each.trusted(Alert).find(id);
        if (alert && !isOver(alert)) await review(each, rule, alert);
        return alert;
      };
      return { key: `alert ${id}`, reads: [id], run };
    });
  return passed(context, given({ pieces, next: page.hasNextPage ? `alerts ${page.endCursor ?? ''}` : undefined }));
};

/** Timetables and goals raise at their time, events when they are heard late; all others take up what stands open when they change. */
const thenSources = (done: ChunkResult, { rule, because }: Going): ChunkResult => {
  const { kind } = rule.trigger;
  const isTimed = kind === 'SCHEDULE' || kind === 'GOAL';
  const goesOn = isOn(rule) && (kind !== 'EVENT' || because === 'KNOWN') && isTimed === (because === 'TIME');
  return done.next === undefined && goesOn ? { ...done, next: 'sources ' } : done;
};

const throughRecords = async (going: Going, after: string): Promise<ChunkResult> => {
  const { rule, context, because } = going;
  const of = entityOf(context.registry, rule.trigger);
  if (!of || !isOn(rule)) return { results: [] };
  const page = await context.trusted(of).list({ where: soughtBy(going), ...pageAfter(after) });
  const others = page.rows.filter(({ createdBy }) => !isByAlerts(createdBy));
  const pieces = others.map(({ id }): Piece => {
    const run: Piece['run'] = async (each) => {
      const row = await each.trusted(of).find(id);
      const verdict = row && verdictOn(each, rule, of, row);
      if (!row || verdict?.is === 'OVER') return row;
      const finding = findingOf(rule, of, row);
      each.trusted(of).hold(row);
      if (verdict?.is === 'AWAITED') await watch(each, rule, finding, verdict.until);
      else await raise(each, rule, finding, because === 'TIME' ? 'AGAIN' : 'ONCE');
      return row;
    };
    return { key: `record ${id}`, reads: [id, alertIdOf(context, rule, id)], run };
  });
  return passed(context, given({ pieces, next: page.hasNextPage ? `sources ${page.endCursor ?? ''}` : undefined }));
};

const throughEvents = async ({ rule, context, from, moments }: Going, after: string): Promise<ChunkResult> => {
  if (from === undefined || moments === undefined || !isOn(rule)) return { results: [] };
  const { pieces, next } = await heardLate(context, rule, { from, to: moments.now, after });
  return passed(context, given({ pieces, next: next === undefined ? undefined : `sources ${next}` }));
};

/** The records that a rule is for, as a list takes it: of promises those that are open. */
const soughtBy = ({ context, rule: { trigger }, moments }: Going): Filter => {
  const source = sourceOf(context.registry, trigger);
  const where = filterAt(context, trigger.where ?? {}, moments);
  return source?.kind === 'PROMISE' ? { and: [source.open, where] } : where;
};

/** Whose goals they are: of a team its name, of a person theirs. */
const namesOf = async ({ trusted }: Context, goals: readonly Goal[]) => {
  const [teams, users] = await Promise.all([
    trusted(Team).getMany(goals.flatMap(({ team }) => team ?? [])),
    trusted(User).getMany(goals.map(({ user }) => user)),
  ]);
  return ({ team, user }: Goal): string | undefined => teams.get(team ?? '')?.name ?? users.get(user)?.name;
};

const throughGoals = async ({ rule, context }: Going, from: number): Promise<ChunkResult> => {
  const source = sourceOf(context.registry, rule.trigger);
  if (source?.kind !== 'GOAL' || !isOn(rule)) return { results: [] };
  const today = context.clock.today();
  const [goals, time] = await Promise.all([source.goals(context, today), workingTimeOf(context, rule.calendar)]);
  const some = goals.slice(from, from + goalsPerChunk);
  const whose = await namesOf(context, some);
  const pieces = some.map((goal): Piece => {
    const run: Piece['run'] = async (each) => {
      const pace = paceOf(goal, today, time);
      const standing = { goal, pace, whose: whose(goal) };
      const title = `${rule.name}: ${goalTitle(standing, each.actor)}`.slice(0, 300);
      const detail = goalWords(standing, each.actor);
      const { key, record, user: owner, team } = goal;
      if (pace < (rule.trigger.below ?? 0))
        await raise(each, rule, given({ key, title, detail, record, owner, team }), 'AGAIN');
      else settle(each, await alertOf(each, rule, key), 'CAUGHT_UP');
      return undefined;
    };
    return { key: `goal ${goal.key}`, reads: [alertIdOf(context, rule, goal.key)], run };
  });
  const next = from + goalsPerChunk;
  return passed(context, given({ pieces, next: next < goals.length ? `sources ${String(next)}` : undefined }));
};

/** Starts going through a rule, and answers at once. */
export const startGoing = (context: Context, rule: string, because: Given['because'], from?: string): void => {
  startJob(context, goThrough, given({ rule, because, moments: momentsOf(context), from }), { subject: rule });
};

/** What a change must be of for alerts to stand otherwise. */
const telling = ['trigger', 'stopWhen', 'steps', 'calendar', 'expireHours', 'active', 'archivedAt'] as const;

const matters = ({ record, changed }: DomainEvent): boolean =>
  record.version === 1 || telling.some((name) => name in changed);

export const takeUp = reaction(taker, {
  describes: 'Holds what stands open against a rule of alerts that is new or has changed, and its alerts.',
  on: ['alertRule.*'],
  run: async (event, context) => {
    if (event.aside === true || !matters(event)) return;
    startGoing(context, event.record.id, 'CHANGED');
    const rule = await context.trusted(AlertRule).find(event.record.id);
    if (rule) beginToLook(context, rule, event.at);
  },
});
