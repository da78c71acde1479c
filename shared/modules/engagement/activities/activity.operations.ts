import {
  change,
  creation,
  dateTime,
  defaulted,
  DomainError,
  integer,
  list,
  longText,
  mutation,
  object,
  optional,
  record,
  ref,
  text,
  versionInput,
  type Context,
  type Row,
} from '#kernel';
import { ActivityType } from './activity-type.entity.ts';
import { Activity } from './activity.entity.ts';
import { assertRole } from './queue.operations.ts';
import { withQueue } from './queue.rules.ts';

const own = {
  id: ref('Activity', { describes: 'Which one.' }),
  version: optional(versionInput),
};

/** The type of an activity gives it its kind and its usual duration; it counts for days of the zone that it was made in. */
const fromType = async ({ trusted, actor }: Context, id: string) => {
  const type = await trusted(ActivityType).get(id);
  return {
    kind: type.kind,
    timeZone: actor.timeZone,
    ...(type.minutes !== undefined && { minutes: type.minutes }),
    needsResult: type.needsResult,
  };
};

export const createActivity = creation(Activity, 'createActivity', {
  describes:
    'Plans an activity. It is one’s own, unless it names an owner, or the team, department or role in whose queue it waits.',
  needs: 'activity.create',
  input: {},
  returns: Activity,
  run: async ({ values }, context) => {
    await assertRole(context, values.role);
    const { needsResult: _needed, ...defaults } = await fromType(context, values.type);
    return context.data(Activity).create(withQueue({ ...defaults, ...values, postponed: 0 }));
  },
});

export const updateActivity = change(Activity, 'updateActivity', {
  describes:
    'Changes an activity: absent fields stay, null clears. It is done, dropped, postponed and delegated by operations of their own.',
  needs: 'activity.update',
  input: { id: own.id, version: versionInput },
  returns: Activity,
  run: async ({ id, changes }, context) => {
    await assertRole(context, changes.role);
    const row = await context.data(Activity).get(id);
    const kind = changes.type === undefined ? {} : { kind: (await fromType(context, changes.type)).kind };
    return context.data(Activity).update(row, { ...changes, ...kind });
  },
});

const nextFields = {
  subject: text({ describes: 'What is to be done next.' }),
  type: optional(ref('ActivityType', { describes: 'The kind of work; the same when absent.' })),
  startsAt: optional(dateTime({ describes: 'When it begins.' })),
  dueAt: optional(dateTime({ describes: 'Until when it is to be done.' })),
  owner: optional(ref('User', { describes: 'Who does it; the same person when absent.' })),
  notes: optional(longText({ describes: 'What to know.' })),
};

export const completeActivity = mutation('completeActivity', {
  describes: 'Records that an activity was done, with its result, and plans the next one in the same call.',
  needs: 'activity.complete',
  input: {
    ...own,
    result: optional(text({ describes: 'What came of it, in a few words.' })),
    outcome: optional(longText({ describes: 'What came of it.' })),
    minutes: optional(integer({ min: 0, max: 10_080, describes: 'How long it took.' })),
    completedAt: optional(dateTime({ describes: 'When it was done; now when absent.' })),
    products: optional(list(ref('Product'), { max: 50, describes: 'The products talked about.' })),
    next: optional(object('NextActivity', nextFields, { describes: 'What is to be done next.' })),
  },
  returns: {
    activity: record(Activity, 'The one that was done.'),
    next: optional(record(Activity, 'The one that follows.')),
  },
  fails: ['RESULT_REQUIRED'],
  run: async (input, context) => {
    const { data, clock } = context;
    const row = await data(Activity).get(input.id);
    const { needsResult } = await fromType(context, row.type);
    if (needsResult && input.result === undefined)
      throw new DomainError('RESULT_REQUIRED', 'Say what came of it.', ['result']);
    const minutes = input.minutes ?? row.minutes;
    const activity = data(Activity).move(
      row,
      'DONE',
      {
        completedAt: input.completedAt ?? clock.instant(),
        ...(minutes !== undefined && { spentMinutes: minutes }),
        ...(input.result !== undefined && { result: input.result }),
        ...(input.outcome !== undefined && { outcome: input.outcome }),
        ...(input.products && { products: input.products }),
      },
      { event: 'activity.completed' },
    );
    if (!input.next) return { activity };
    return { activity, next: await planNext(context, row, input.next) };
  },
});

type Next = {
  readonly subject: string;
  readonly type?: string;
  readonly startsAt?: string;
  readonly dueAt?: string;
  readonly owner?: string;
  readonly notes?: string;
};

/** The extension point for fields that modules add and that the next activity takes over: the case that it is for. */
export const carriedFields = 'activities.carried';

/** The next activity stands where the one before stood: same customer, same opportunity, same person. */
const planNext = async (context: Context, row: Row<typeof Activity>, next: Next): Promise<Row<typeof Activity>> => {
  const type = next.type ?? row.type;
  const { needsResult: _needed, ...defaults } = await fromType(context, type);
  const { account, contact, opportunity, owner, team, department, role, queue } = row;
  const added = (context.registry.contributions(carriedFields) as readonly (keyof typeof row)[]).map((name) => [
    name,
    row[name],
  ]);
  const place = {
    account,
    contact,
    opportunity,
    owner,
    team,
    department,
    role,
    queue,
    ...(Object.fromEntries(added) as object),
  };
  const known = Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
  return context.data(Activity).create({ ...defaults, ...known, ...next, type, previous: row.id, postponed: 0 });
};

export const dropActivity = mutation('dropActivity', {
  describes: 'Records that a planned activity will not be done.',
  needs: 'activity.complete',
  input: { ...own, reason: optional(text({ describes: 'Why.' })) },
  returns: Activity,
  run: async ({ id, reason }, { data }) =>
    data(Activity).move(await data(Activity).get(id), 'DROPPED', reason === undefined ? {} : { droppedReason: reason }),
});

export const reopenActivity = mutation('reopenActivity', {
  describes: 'Takes an activity that was done or dropped back into the plan.',
  needs: 'activity.complete',
  input: own,
  returns: Activity,
  run: async ({ id }, { data }) =>
    data(Activity).move(
      await data(Activity).get(id),
      'PLANNED',
      { completedAt: null, spentMinutes: null, result: null, outcome: null, droppedReason: null },
      { event: 'activity.reopened' },
    ),
});

export const postponeActivity = mutation('postponeActivity', {
  describes: 'Puts a planned activity off: its begin and its due time move to the new time together.',
  needs: 'activity.update',
  input: { ...own, to: dateTime({ describes: 'The new begin, or due time where it has no begin.' }) },
  returns: Activity,
  run: async ({ id, to }, { data }) => {
    const row = await data(Activity).get(id);
    const moved = row.startsAt === undefined ? { dueAt: to } : { startsAt: to, ...dueAfter(row, to) };
    return data(Activity).update(row, { ...moved, postponed: row.postponed + 1 }, { event: 'activity.postponed' });
  },
});

const dueAfter = (row: Row<typeof Activity>, to: string): { readonly dueAt?: string } => {
  if (row.startsAt === undefined || row.dueAt === undefined) return {};
  const ahead = Date.parse(row.dueAt) - Date.parse(row.startsAt);
  return { dueAt: new Date(Date.parse(to) + ahead).toISOString() };
};

export const addActivity = mutation('addActivity', {
  describes: 'Adds a task for today with a subject alone: the quick entry of the panel.',
  needs: 'activity.create',
  input: {
    subject: text({ describes: 'What is to be done.' }),
    account: optional(ref('Account', { describes: 'With which account.' })),
    opportunity: optional(ref('Opportunity', { describes: 'For which opportunity.' })),
    dueAt: optional(dateTime({ describes: 'Until when; the end of the day when absent.' })),
    type: defaulted(text({ max: 40, describes: 'The key of its type.' }), 'TASK'),
  },
  returns: Activity,
  fails: ['TYPE_NOT_FOUND'],
  run: async ({ subject, account, opportunity, dueAt, type: key }, { data, trusted, clock, actor }) => {
    const type = await trusted(ActivityType).findUnique('key', key);
    if (!type) throw new DomainError('TYPE_NOT_FOUND', `There is no type of activity ${key}.`, ['type']);
    return data(Activity).create({
      subject,
      type: type.id,
      kind: type.kind,
      timeZone: actor.timeZone,
      postponed: 0,
      dueAt: dueAt ?? `${clock.today()}T23:59:59.000Z`,
      ...(account !== undefined && { account }),
      ...(opportunity !== undefined && { opportunity }),
    });
  },
});
