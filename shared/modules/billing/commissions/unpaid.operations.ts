// What becomes of commissions when customers do not pay: held back until they do, or lost.
import { sum, timer, type Context } from '#kernel';
import { Invoice } from '#modules/billing/invoices';
import { CommissionEntry, type CommissionEntryRow } from './commission-entry.entity.ts';
import { CommissionPlan, type CommissionPlanRow } from './commission-plan.entity.ts';
import { note } from './statement.operations.ts';

/** Entries of a sale that are looked at. */
const mostEntries = 100;

export const checkPaid = timer(CommissionEntry, {
  describes: 'Holds a commission back, or takes it, when its invoice is unpaid for longer than the plan allows.',
  run: async (entry, context) => {
    const { trusted } = context;
    const { sale } = entry;
    if (entry.kind !== 'SALE' || sale === undefined) return;
    const [plan, invoice] = await Promise.all([trusted(CommissionPlan).find(entry.plan), trusted(Invoice).find(sale)]);
    if (plan && invoice && invoice.balance.minor > 0) await holdBack(context, plan, { ...entry, sale });
  },
});

const holdBack = async (
  context: Context,
  plan: CommissionPlanRow,
  { id, user, sale }: CommissionEntryRow & { readonly sale: string },
): Promise<void> => {
  const { trusted, clock } = context;
  const place = `${id}/unpaid`;
  if (await trusted(CommissionEntry).findUnique('place', place)) return;
  const entries = await entriesOf(context, sale, { plan: plan.id, user });
  const held = sum(
    entries.map(({ amount }) => amount),
    plan.currency,
  );
  const kind = plan.unpaid === 'SUSPEND' ? 'SUSPENDED' : 'CLAWED_BACK';
  if (held.minor > 0)
    await note(context, plan, user, { place, kind, document: sale, sale, on: clock.today(), parts: { held } });
};

const entriesOf = async (
  { trusted }: Context,
  sale: string,
  { plan, user }: { readonly plan: string; readonly user: string },
): Promise<readonly CommissionEntryRow[]> => {
  const { rows } = await trusted(CommissionEntry).page('bySale', { of: sale, first: mostEntries });
  return rows.filter((row) => row.plan === plan && row.user === user);
};

/** Gives what was held back for an invoice, now that it is paid. */
export const release = async (context: Context, sale: string): Promise<void> => {
  const { trusted, clock } = context;
  const { rows } = await trusted(CommissionEntry).page('bySale', { of: sale, first: mostEntries });
  for (const entry of rows.filter(({ kind }) => kind === 'SUSPENDED')) {
    const place = `${entry.id}/released`;
    const plan = await trusted(CommissionPlan).find(entry.plan);
    if (!plan || (await trusted(CommissionEntry).findUnique('place', place))) continue;
    await note(context, plan, entry.user, {
      ...{ place, kind: 'RELEASED', document: sale, sale, on: clock.today(), parts: { held: entry.amount } },
    });
  }
};
