// The statement that something is noted in: that of its period while it can change, else that of today.
import { add, given, subtract, sum, zero, type Context, type DraftOf, type Money } from '#kernel';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { CommissionEntry, type CommissionEntryRow } from './commission-entry.entity.ts';
import type { CommissionPlanRow } from './commission-plan.entity.ts';
import { CommissionStatement, type CommissionStatementRow, type StatementPart } from './commission-statement.entity.ts';
import { cappedOf, commissionPeriod } from './pool.rules.ts';

/** The statement of a person for the period of a day, made where it is not there yet. */
export const openStatement = async (
  { trusted, actor }: Context,
  plan: CommissionPlanRow,
  user: string,
  day: string,
): Promise<CommissionStatementRow> => {
  const { from, to } = commissionPeriod(plan.frequency, day);
  const place = `${plan.id}/${user}/${from}`;
  const known = await trusted(CommissionStatement).findUnique('place', place);
  if (known) return known;
  const nothing = zero(plan.currency);
  return trusted(CommissionStatement).create({
    ...{ plan: plan.id, user, place, from, to, closesAt: dayStart(dayAfter(to), actor.timeZone) },
    ...{ earned: nothing, bonus: nothing, spiffs: nothing, adjustment: nothing, held: nothing },
    ...given({ cap: plan.cap }),
  });
};

/** What is noted in a statement. */
export type Noted = Omit<DraftOf<typeof CommissionEntry>, 'plan' | 'user' | 'statement' | 'amount' | 'lines'> & {
  readonly lines?: DraftOf<typeof CommissionEntry>['lines'];
  /** How much, by the part of the statement that it belongs to. */
  readonly parts: { readonly [Part in StatementPart]?: Money };
  /** What the person has earned of the pool by now. */
  readonly share?: Money;
  /** What the statement says besides. */
  readonly facts?: {
    readonly pool: string;
    readonly sold: Money;
    readonly quota?: Money;
    readonly attainment?: string;
  };
};

/** Notes something in the statement of its period; where that was approved, as a correction in the one of today. */
export const note = async (
  context: Context,
  plan: CommissionPlanRow,
  user: string,
  { parts: all, share, facts, lines = [], ...values }: Noted,
): Promise<CommissionEntryRow> => {
  const { trusted, clock } = context;
  const own = await openStatement(context, plan, user, values.on);
  const isOpen = own.status === 'OPEN' || own.status === 'CALCULATED';
  const statement = isOpen ? own : await openStatement(context, plan, user, clock.today());
  const parts = isOpen ? all : withinCap(own, all, share);
  const amount = amountOf(parts, plan.currency);
  const changes = isOpen
    ? { ...changedParts(own, parts), ...facts }
    : { adjustment: add(statement.adjustment, amount) };
  trusted(CommissionStatement).update(statement, changes, { event: 'commissionStatement.earned' });
  return trusted(CommissionEntry).create({ ...values, plan: plan.id, user, statement: statement.id, amount, lines });
};

/** What a correction changes of what was paid by a statement: nothing beyond its cap. */
const withinCap = (own: CommissionStatementRow, parts: Noted['parts'], share: Money | undefined): Noted['parts'] => {
  const { earned } = parts;
  if (!share || !earned) return parts;
  return { ...parts, earned: subtract(cappedOf(share, own), cappedOf(subtract(share, earned), own)) };
};

/** What parts add to a statement; what is held back is taken off. */
const amountOf = ({ held, ...gains }: Noted['parts'], currency: string): Money =>
  subtract(sum(Object.values(gains), currency), held ?? zero(currency));

const changedParts = (statement: CommissionStatementRow, parts: Noted['parts']) => {
  const changed: { [Part in StatementPart]?: Money } = {};
  for (const part of ['earned', 'bonus', 'spiffs', 'held'] as const) {
    const by = parts[part];
    if (by) changed[part] = add(statement[part], by);
  }
  return changed;
};
