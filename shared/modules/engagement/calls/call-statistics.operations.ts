import {
  choice,
  date,
  defaulted,
  DomainError,
  integer,
  list,
  object,
  optional,
  query,
  ref,
  text,
  type Context,
  type Values,
} from '#kernel';
import { dayIn } from '#kernel/clock';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { callMonth, callTotals } from './call-totals.projections.ts';
import { PhoneCall } from './phone-call.entity.ts';

/** What calls can be told apart by. */
const callDimensions = ['DAY', 'HOUR', 'OWNER', 'LINE', 'DIRECTION'] as const;

const count = (describes: string) => integer({ min: 0, describes });
const groupFields = {
  day: optional(date({ describes: 'The day on which they began.' })),
  hour: optional(text({ describes: 'The hour of the day in which they began: 09.' })),
  owner: optional(ref('User', { describes: 'Whose calls; nobody’s when absent.' })),
  line: optional(ref('PhoneLine', { describes: 'By which line.' })),
  direction: optional(
    choice(['INBOUND', 'OUTBOUND'], { named: 'CallDirection', describes: 'Whether we were called.' }),
  ),
  calls: count('How many calls there were.'),
  answered: count('How many were answered.'),
  missed: count('How many nobody answered.'),
  failed: count('How many calls of ours the exchange did not make.'),
  waited: count('Seconds of waiting until those that were answered were.'),
  talked: count('Seconds of talk.'),
};
type Group = Values<typeof groupFields>;

const mostDays = 92;

export const callStatistics = query('callStatistics', {
  describes:
    'How many calls there were, answered and missed, how long people waited and spoke, grouped as asked, from totals kept current. Days and hours are those of the time zone of the tenant; totals are kept by whole hours of UTC, so that where a zone is off by half an hour, a call counts for the moment at which its hour of UTC began. You count those that you may read.',
  needs: 'phoneCall.read',
  input: {
    from: date({ describes: 'The first day.' }),
    to: date({ describes: `The last day, at most ${String(mostDays)} days later.` }),
    line: optional(ref('PhoneLine', { describes: 'Only calls by this line.' })),
    groupBy: defaulted(
      list(choice(callDimensions, { named: 'CallDimension' }), { max: 5, describes: 'What to tell apart.' }),
      [],
    ),
  },
  returns: {
    groups: list(object('CallGroup', groupFields), { max: 10_000, describes: 'By day and hour, then by how many.' }),
  },
  run: async ({ from, to, line, groupBy }, context) => {
    const groups = new Map<string, Group>();
    for (const [cell, amounts] of await cellsBetween(context, from, to)) {
      const [hour = '', ofLine = '', direction = '', owner = ''] = cell.split('#');
      if (!mayCount(context.actor, PhoneCall, owner) || (line ?? ofLine) !== ofLine) continue;
      const parts = { ...momentOf(context, hour), OWNER: owner, LINE: ofLine, DIRECTION: direction };
      const shown = groupBy.filter((name) => parts[name] !== '').map((name) => [fieldOf[name], parts[name]] as const);
      const key = JSON.stringify(shown);
      groups.set(key, withMore(groups.get(key) ?? { ...nothing, ...Object.fromEntries(shown) }, amounts));
    }
    return { groups: [...groups.values()].toSorted(inOrder) };
  },
});

const fieldOf = { DAY: 'day', HOUR: 'hour', OWNER: 'owner', LINE: 'line', DIRECTION: 'direction' } as const;
const nothing = { calls: 0, answered: 0, missed: 0, failed: 0, waited: 0, talked: 0 };
const amountNames = Object.keys(nothing) as (keyof typeof nothing)[];

const withMore = (group: Group, amounts: Readonly<Record<string, number>>): Group => ({
  ...group,
  ...Object.fromEntries(amountNames.map((name) => [name, group[name] + (amounts[name] ?? 0)])),
});

const inOrder = (one: Group, other: Group): number =>
  `${one.day ?? ''}${one.hour ?? ''}`.localeCompare(`${other.day ?? ''}${other.hour ?? ''}`) || other.calls - one.calls;

/** The hours of days as the tenant counts them. @throws BAD_INPUT */
const cellsBetween = async ({ ports, actor }: Context, first: string, last: string) => {
  const [from, to] = [dayStart(first, actor.timeZone), dayStart(dayAfter(last), actor.timeZone)];
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  if (days <= 0 || days > mostDays + 1)
    throw new DomainError('BAD_INPUT', `The last day is at most ${String(mostDays)} days after the first.`, ['to']);
  const range = { from: from.slice(0, 13), to: to.slice(0, 13) };
  const months = [...new Set(monthsOf(from, days))];
  const cells = await Promise.all(
    months.map((month) => readRollup(ports.table, actor.tenant, callTotals.name, month, range)),
  );
  return cells.flatMap((each) => [...each]);
};

const monthsOf = (from: string, days: number): readonly string[] =>
  Array.from({ length: Math.ceil(days) + 1 }, (_, day) =>
    callMonth(new Date(Date.parse(from) + day * 86_400_000).toISOString()),
  );

/** The day and the hour that it was with the tenant. */
const momentOf = ({ actor: { timeZone } }: Context, hour: string): { readonly DAY: string; readonly HOUR: string } => {
  const moment = new Date(`${hour}:00:00.000Z`);
  const shown = moment.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', hour12: false });
  return { DAY: dayIn(moment, timeZone), HOUR: shown.slice(0, 2) };
};
