import { dayIn, type Contribution, type Row } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import type { Figures } from './figures.rules.ts';

type Work = Row<typeof Activity>;

const dayOf = (at: string, { timeZone = 'UTC' }: Work): string => dayIn(new Date(at), timeZone);

/** What is done in the office alone is no contact. */
const isContact = ({ kind }: Work): boolean => kind !== 'TASK';

const sharesOf = (row: Work): readonly Omit<Contribution, 'partition'>[] => {
  if (row.status === 'PLANNED') return [share('due', dayOf(row.dueAt ?? row.agendaAt, row))];
  if (row.status !== 'DONE') return [];
  const day = dayOf(row.completedAt ?? row.agendaAt, row);
  return [share('done', day), ...(isContact(row) ? [share('met', day)] : [])];
};

/** Days lie in the cell of their month, so that no cell grows for ever. */
const share = (what: string, day: string) => ({ cell: day.slice(0, 7), amounts: { [`${what}/${day}`]: 1 } });

/** Activities: what is planned on which day, what was done, and when somebody was last in contact. */
export const workFigures: Figures<typeof Activity> = {
  of: Activity,
  subjects: ({ account, contact }) => [account, contact],
  shares: sharesOf,
  ofMember: () => ({}),
};

/** Days by what happened on them: `due`, `done`, `met`. */
export type Days = {
  readonly due: Readonly<Record<string, number>>;
  readonly done: number;
  readonly contactedOn?: string;
};

/** The days of an account or contact, from its sums. */
export const daysIn = (sums: Contribution['amounts']): Days => {
  const of = (what: string): readonly [string, number][] =>
    Object.entries(sums).flatMap(([name, count]) =>
      name.startsWith(`${what}/`) && count > 0 ? [[name.slice(what.length + 1), count]] : [],
    );
  const contactedOn = of('met')
    .map(([day]) => day)
    .sort()
    .at(-1);
  return {
    due: Object.fromEntries(of('due')),
    done: of('done').reduce((sum, [, count]) => sum + count, 0),
    ...(contactedOn !== undefined && { contactedOn }),
  };
};
