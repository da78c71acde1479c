import { given, type Context, type Row } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { readOn } from '#kernel/read-on';
import type { AlertSource, Goal } from '#modules/platform/alerts';
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

const monthsBetween = (from: string, to: string): readonly string[] => {
  const months: string[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = monthAfter(month)) months.push(month);
  return months;
};

const monthAfter = (month: string): string => {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
};

const quotas: AlertSource = {
  key: 'ACTIVITY_QUOTA',
  kind: 'GOAL',
  describes: 'Activities that somebody is to do in a time, as `ActivityQuota` says.',
  goals: async (context, today) => {
    const page = (asked: object) => context.trusted(ActivityQuota).page('all', { ...asked, from: today });
    const { rows } = await readOn(page, mostQuotas);
    const current = rows.filter((row) => row.from <= today && row.archivedAt === undefined);
    const months = new Set(current.flatMap(({ from }) => monthsBetween(from, today)));
    const done = await doneIn(context, [...months]);
    const types = await context.trusted(ActivityType).getMany(current.flatMap(({ type }) => type ?? []));
    const { locale } = context.actor;
    return current.map((quota): Goal => ({
      ...{ key: quota.id, record: quota.id, user: quota.user, from: quota.from, to: quota.to, target: quota.count },
      title: `${types.get(quota.type ?? '')?.name[locale] ?? ''} ${quota.from} - ${quota.to}`.trim(),
      actual: doneFor(done, quota, today),
    }));
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

const doneFor = (done: readonly Done[], { user, type, from, to }: ActivityQuotaRow, today: string): number =>
  done
    .filter((each) => each.owner === user && (type === undefined || each.type === type))
    .filter(({ day }) => day >= from && day <= to && day <= today)
    .reduce((sum, { count }) => sum + count, 0);

/** What supervision knows of that people are alerted to. */
export const workAlerts: readonly AlertSource[] = [plannedWork, quotas];
