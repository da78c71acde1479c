import {
  choice,
  date,
  defaulted,
  DomainError,
  given,
  integer,
  longText,
  optional,
  ref,
  text,
  type AnyRow,
  type Context,
  type Row,
  type Values,
} from '#kernel';
import type { ManualStep, StepKind } from '#modules/platform/workflows';
import { unknownRoles } from '#modules/platform/roles';
import { dayAfter, dayStart } from '#modules/platform/settings';
import type { Activity } from './activity.entity.ts';
import { ActivityType } from './activity-type.entity.ts';
import { createActivity } from './activity.operations.ts';
import { placeOf } from './places.operations.ts';

const input = {
  subject: text({ describes: 'What is to be done.' }),
  notes: optional(longText({ describes: 'What to know.' })),
  type: defaulted(text({ max: 40, describes: 'The key of the kind of work: CALL.' }), 'TASK'),
  owner: optional(ref('User', { describes: 'Who does it; whoever has the record when nobody is named.' })),
  team: optional(ref('Team', { describes: 'In the queue of which team it waits.' })),
  department: optional(ref('OrgUnit', { describes: 'In the queue of which part of the organisation it waits.' })),
  role: optional(text({ max: 40, describes: 'The key of the role in whose queue it waits.' })),
  inDays: defaulted(integer({ min: 0, max: 730, describes: 'In how many days it is due, at the end of the day.' }), 0),
  dueOn: optional(date({ describes: 'The day at whose end it is due, instead.' })),
  priority: defaulted(choice(['LOW', 'NORMAL', 'HIGH'], { describes: 'How much it matters.' }), 'NORMAL'),
  escalateAfter: optional(
    integer({
      min: 1,
      max: 43_200,
      describes: 'Working minutes after which the manager above is told; then each one above.',
    }),
  ),
};
type Asked = Values<typeof input>;

/** Whoever the step names, else whoever has the record. */
const holderOf = ({ owner, team, department, role }: Asked, record: AnyRow | undefined) => {
  const named = given({ owner, team, department, role });
  if (Object.keys(named).length > 0 || record === undefined) return named;
  const { ownerId, teamId } = record;
  // What waits in a queue is no team's alone: its tasks are whoever's who runs the workflow.
  return given(ownerId === undefined && teamId?.startsWith('tea_') === true ? { team: teamId } : { owner: ownerId });
};

/** With whom the work is, and about what where no account, contact or opportunity is the record itself. */
const placed = async (context: Context, record: AnyRow | undefined) => {
  if (!record) return {};
  const of = context.registry.byPrefix.get(record.id.slice(0, record.id.indexOf('_')));
  const place = of ? await placeOf(context, of, record) : {};
  return Object.values(place).includes(record.id) ? place : { ...place, about: record.id };
};

/** Work for a person or a queue, as a step of a workflow: what people do, where the rest is done by the product. */
export const taskStep: StepKind = {
  key: 'task',
  describes:
    'Gives work to a person, or to the queue of a team, department or role. `steps.<key>.activity` is its id; a waitFor of activity.completed waits until it is done.',
  input,
  missing: async ({ input: { role } }, context) => {
    // What is filled in is known only as it runs.
    if (typeof role !== 'string' || role.includes('{')) return [];
    const unknown = await unknownRoles(context, [role]);
    return unknown.has(role) ? [{ code: 'UNKNOWN_ROLE', message: `There is no role ${role}.`, path: ['role'] }] : [];
  },
  run: async (asked, { record, context }) => {
    const told = asked as Asked;
    const { subject, notes, type: key, inDays, dueOn, priority, escalateAfter } = told;
    const type = await context.trusted(ActivityType).findUnique('key', key);
    if (!type) throw new DomainError('TYPE_NOT_FOUND', `There is no type of activity ${key}.`, ['type']);
    const day = dueOn ?? dayAfter(context.clock.today(), inDays);
    const work = given({ subject, notes, priority, escalateAfter, ...holderOf(told, record) });
    const values = {
      ...(await placed(context, record)),
      ...work,
      type: type.id,
      dueAt: dayStart(dayAfter(day), context.actor.timeZone),
    };
    const activity = await context.run(createActivity, { values });
    return { output: { activity: activity.id } };
  },
};

/** A task waits for whoever has it, or for those of its queue. */
export const taskByPeople: ManualStep = {
  kind: taskStep.key,
  waiting: (row) => {
    const { status, owner, queue, dueAt } = row as unknown as Row<typeof Activity>;
    if (status !== 'PLANNED') return undefined;
    return { people: owner === undefined ? [] : [owner], ...given({ queue, until: dueAt }) };
  },
};
