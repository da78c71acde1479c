import {
  date,
  dateTime,
  DomainError,
  given,
  integer,
  list,
  object,
  optional,
  query,
  text,
  type Context,
} from '#kernel';
import { readOn } from '#kernel/read-on';
import { SendingLine, type SendingLineRow } from '#modules/platform/quotas';
import { operatorTenant, Tenant } from '#modules/platform/settings';
import { minuteOf, usualPoints } from './points.rules.ts';
import { takenOf } from './shares.operations.ts';

const mostLines = 100;

const dailyFields = {
  kind: text({
    describes: 'Of what: TRANSACTIONAL or MARKETING mails, mails to COLLEAGUES alone, messages of a channel.',
  }),
  day: date({ describes: 'The day, on the clock of the tenant.' }),
  used: integer({ describes: 'How many went out on it, or have their turn on it.' }),
  most: optional(integer({ describes: 'How many may; no limit when absent.' })),
  percent: optional(integer({ describes: 'How much of that is used. Administrators are told at 80 and at 100.' })),
  waitsUntil: optional(
    dateTime({ describes: 'When the last that waits for its turn goes out; absent while none waits.' }),
  ),
};

export const usage = query('tenantUsage', {
  describes: 'What the tenant uses of its limits: points of the API in this minute, mails and messages in this day.',
  needs: 'tenant.update',
  input: {},
  returns: {
    points: object(
      'PointsUsage',
      {
        used: integer({ describes: 'Points taken in this minute, to a twentieth of the limit.' }),
        most: integer({ describes: 'How many there are in a minute.' }),
        percent: integer({ describes: 'How much of that is taken.' }),
      },
      { describes: 'What people and programs ask of the API; who asks for more gets RATE_LIMITED and waits.' },
    ),
    daily: list(object('DailyUsage', dailyFields), {
      max: mostLines,
      describes: 'What goes out, where it has a pace or a limit; what is more waits for its turn.',
    }),
  },
  run: async (_input, context) => {
    if (context.actor.tenant === operatorTenant) throw new DomainError('BAD_INPUT', 'The operator has no limits.');
    const lines = await readOn((page) => context.trusted(SendingLine).page('all', page), mostLines);
    return { points: await pointsIn(context), daily: lines.rows.map((line) => dailyOf(context, line)) };
  },
});

const percentOf = (used: number, most: number): number => Math.min(100, Math.round((used / most) * 100));

const pointsIn = async (context: Context) => {
  const { id, pointsPerMinute: most = usualPoints.tenant } = await context.trusted(Tenant).get(context.actor.tenant);
  const taken = await takenOf(context, id, `${minuteOf(context.clock.now()).minute}#tenant`);
  const used = Math.min(most, taken);
  return { used, most, percent: percentOf(used, most) };
};

/** A line whose last turn is on a later day has none left of today. */
const dailyOf = ({ clock }: Context, { kind, day: last, given: taken, perDay, slotAt }: SendingLineRow) => {
  const day = clock.today();
  const used = last === day ? taken : last > day ? (perDay ?? taken) : 0;
  const waitsUntil = slotAt > clock.instant() ? slotAt : undefined;
  const percent = perDay === undefined ? undefined : percentOf(used, perDay);
  return given({ kind, day, used, most: perDay, percent, waitsUntil });
};
