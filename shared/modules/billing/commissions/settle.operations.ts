// How a statement is settled: calculated when its period is over, agreed to by somebody else, put on paper, paid.
import { given, readOn, timer, type Context } from '#kernel';
import { storeFile } from '#modules/platform/files';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { User } from '#modules/platform/users';
import { CommissionEntry, type CommissionEntryRow } from './commission-entry.entity.ts';
import { CommissionPlan } from './commission-plan.entity.ts';
import { CommissionPool } from './commission-pool.entity.ts';
import { CommissionStatement, type CommissionStatementRow } from './commission-statement.entity.ts';
import { renew } from './earn.operations.ts';
import { statementDocument } from './statement-wording.rules.ts';

/** Entries that a statement shows, the oldest ones. */
const mostShown = 2000;

export const calculate = timer(CommissionStatement, {
  describes: 'Calculates what was earned in a period that is over, with the quota as it is now.',
  run: async ({ id, plan: planId, pool: poolId }, context) => {
    const { trusted } = context;
    const [plan, pool] = await Promise.all([
      trusted(CommissionPlan).get(planId),
      poolId === undefined ? undefined : trusted(CommissionPool).get(poolId),
    ]);
    if (pool)
      await renew(context, plan, pool, [], (user) => ({
        ...{ place: `${pool.id}/${String(pool.version)}/${user}`, kind: 'QUOTA', on: pool.to },
      }));
    trusted(CommissionStatement).move(await trusted(CommissionStatement).get(id), 'CALCULATED');
  },
});

/** Agrees to a statement: it is put on paper and never changes again. */
export const approveStatement = async (
  context: Context,
  statement: CommissionStatementRow,
  decidedBy?: string,
): Promise<CommissionStatementRow> => {
  const pdf = await storeStatement(context, statement);
  const changes = given({ decidedAt: context.clock.instant(), decidedBy, pdf });
  return context.trusted(CommissionStatement).move(statement, 'APPROVED', changes);
};

const storeStatement = async (context: Context, statement: CommissionStatementRow): Promise<string> => {
  const { actor, clock, trusted } = context;
  const [letterhead, person, plan, entries] = await Promise.all([
    letterheadOf(context),
    trusted(User).find(statement.user),
    trusted(CommissionPlan).get(statement.plan),
    entriesIn(context, statement.id),
  ]);
  const locale = person?.locale ?? actor.locale;
  const titles = await titlesOf(context, entries);
  const model = statementDocument(statement, entries, {
    ...{ locale, madeAt: clock.instant(), person: person?.name ?? '', plan: plan.name, titles },
  });
  const body = await renderDocument(model, letterhead, { locale, country: actor.country, timeZone: actor.timeZone });
  const name = `${plan.name} ${statement.from}.pdf`.slice(-200);
  const record = statement.id;
  return (await storeFile(context, { name, contentType: 'application/pdf', body, record })).id;
};

const entriesIn = async ({ trusted }: Context, statement: string): Promise<readonly CommissionEntryRow[]> =>
  (await readOn((asked) => trusted(CommissionEntry).page('byStatement', { of: statement, ...asked }), mostShown)).rows;

/** What people call the documents of entries. */
const titlesOf = async (
  { records, registry }: Context,
  entries: readonly CommissionEntryRow[],
): Promise<ReadonlyMap<string, string>> => {
  const ids = [...new Set(entries.flatMap(({ document }) => document ?? []))];
  const rows = await records(ids);
  return new Map(
    [...rows].map(([id, row]) => [id, registry.byPrefix.get(id.slice(0, id.indexOf('_')))?.title(row) ?? '']),
  );
};
