// A table for which others write too: as many writes as a test says lose against another one that came first.
import { ConditionFailed, TransactionCancelled, type Table } from '#kernel';

export type ContendedTable = {
  /** Writes that are still to lose: transactions, and rows of the entity that is contended for. */
  races: number;
  through(table: Table): Table;
};

export const contendedTable = (entity: string): ContendedTable => {
  const lost = (isContended: boolean): boolean => isContended && contended.races > 0 && contended.races-- > 0;
  const contended: ContendedTable = {
    races: 0,
    through: (table) => ({
      ...table,
      write: (write) =>
        lost(write.kind === 'put' && write.item['entity'] === entity)
          ? Promise.reject(new ConditionFailed())
          : table.write(write),
      transact: (writes) =>
        lost(true)
          ? Promise.reject(new TransactionCancelled(writes.map(() => ({ code: 'CONFLICT' }))))
          : table.transact(writes),
      metered: (meter) => contended.through(table.metered(meter)),
    }),
  };
  return contended;
};
