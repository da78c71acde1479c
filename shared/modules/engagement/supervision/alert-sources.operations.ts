import { given, type Context, type Row } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { readOn } from '#kernel/read-on';
import type { AlertSource, Goal } from '#modules/platform/alerts';
import { monthsIn } from '#modules/platform/settings';
import { peopleOf, Team } from '#modules/platform/teams';
import { Activity, ActivityType } from '#modules/engagement/activities';
import { ActivityQuota, type ActivityQuotaRow } from './activity-quota.entity.ts';
import { activityTotals } from './work.projections.ts';

/** What is planned with a customer is promised: a call-back, a visit, until when it is due. */
const plannedWork: AlertSource = {
  key: 'ACTIVITY',
  kind: 'PROMISE',
  describes: 'Planned work that is to be done until a moment: calls to return, visits, tasks.',
  of: Activity.name,
  open: { status: { eq: 'PLANNED' } },
  standing: (row) => {
    const { status, dueAt } = row as unknown as Row<typeof Activity>;
    return status === 'PLANNED' ? given({ is: 'OPEN' as const, until: dueAt }) : { is: 'KEPT' };
  },
};

/** Quotas that one look goes through. */
const mostQuotas = 2000;

const quotas: AlertSource = {
  key: 'ACTIVITY_QUOTA',
  kind: 'GOAL',
  describes:
    'Activities that somebody, or the people of a team together, are to do in a time, as `ActivityQuota` says.',
  goals: async (context, today) => {
    const page = (asked: object) => context.trusted(ActivityQuota).page('all', { ...asked, from: today });
    const { rows } = await readOn(page, mostQuotas);
    const current = rows.filter((row) => row.from <= today && row.archivedAt === undefined);
    const months = new Set(current.flatMap(({ from }) => monthsIn(from, today)));
    const done = await doneIn(context, [...months]);
    const types = await context.trusted(ActivityType).getMany(current.flatMap(({ type }) => type ?? []));
    const teams = await context.trusted(Team).getMany(current.flatMap(({ team }) => team ?? []));
    const { locale } = context.actor;
    return current.map((quota): Goal => {
      const { id, user, team, from, to, count: target } = quota;
      const whose = teams.get(team ?? '');
      const actual = doneFor(done, quota, whose ? peopleOf(whose) : [user], today);
      const about = types.get(quota.type ?? '')?.name[locale];
      return given({ key: id, record: id, user, team, from, to, target, about, actual });
    });
  },
};

type Done = { readonly day: string; readonly owner: string; readonly type: string; readonly count: number };

const doneIn = async ({ ports, actor }: Context, months: readonly string[]): Promise<readonly Done[]> => {
  const read = months.map((month) => readRollup(ports.table, actor.tenant, activityTotals.name, month));
  return (await Promise.all(read)).flatMap((cells) =>
    [...cells].flatMap(([cell, { count = 0 }]) => {
      const [day = '', owner = '', type = '', status] = cell.split('#');
      return status === 'DONE' ? [{ day, owner, type, count }] : [];
    }),
  );
};

const doneFor = (
  done: readonly Done[],
  { type, from, to }: ActivityQuotaRow,
  people: readonly string[],
  today: string,
): number =>
  done
    .filter((each) => people.includes(each.owner) && (type === undefined || each.type === type))
    .filter(({ day }) => day >= from && day <= to && day <= today)
    .reduce((sum, { count }) => sum + count, 0);

/** What supervision knows of that people are alerted to. */
export const workAlerts: readonly AlertSource[] = [plannedWork, quotas];
