// What moved receivables, read from totals: four requests, however many documents there are.
import type { Context } from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import type { Movement } from './ageing.rules.ts';
import { creditedByDay, invoicedByDay, paidByDay, settledByDay } from './open-items.projections.ts';

/** What was invoiced in a currency on a day. */
export type Sale = Omit<Movement, 'dueOn'>;

/** What receivables are computed of. */
export type Movements = {
  readonly debits: readonly Movement[];
  readonly credits: readonly Sale[];
  readonly sales: readonly Sale[];
};

type Cells = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** The movements of an account, an owner or all (`partitionsOf`) up to a day. */
export const readMovements = async (
  { ports, actor }: Pick<Context, 'ports' | 'actor'>,
  partition: string,
  to: string,
): Promise<Movements> => {
  const [invoiced, settled, paid, credited] = await Promise.all(
    [invoicedByDay, settledByDay, paidByDay, creditedByDay].map(({ name }) =>
      readRollup(ports.table, actor.tenant, name, partition, { from: '0', to: `${to}~` }),
    ),
  );
  return movementsIn({
    invoiced: invoiced ?? new Map(),
    settled: settled ?? new Map(),
    paid: paid ?? new Map(),
    credited: credited ?? new Map(),
  });
};

const movementsIn = (cells: Readonly<Record<'invoiced' | 'settled' | 'paid' | 'credited', Cells>>): Movements => {
  const sales = [...cells.invoiced].map(([key, { invoiced = 0, voided = 0 }]) => {
    const [on = '', dueOn = '', currency = ''] = key.split('#');
    return { on, dueOn, currency, amount: invoiced - voided };
  });
  const settled = [...cells.settled].map(([key, amounts]) => {
    const [on = '', dueOn = '', currency = ''] = key.split('#');
    const { PAYMENT: paid = 0, CREDIT_NOTE: credited = 0, WRITE_OFF: writtenOff = 0 } = amounts;
    return { on, dueOn, currency, amount: paid + credited + writtenOff, applied: paid + credited };
  });
  const came = [...cells.paid, ...cells.credited].map(([key, amounts]) => {
    const [on = '', currency = ''] = key.split('#');
    const { received = 0, credited = 0, refunded = 0, reversed = 0 } = amounts;
    return { on, currency, amount: received + credited - refunded - reversed };
  });
  return {
    debits: [...sales, ...settled.map(({ applied: _applied, amount, ...rest }) => ({ ...rest, amount: -amount }))],
    credits: [...came, ...settled.map(({ on, currency, applied }) => ({ on, currency, amount: -applied }))],
    sales,
  };
};
