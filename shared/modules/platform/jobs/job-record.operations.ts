import { ConditionFailed, DomainError, notFound, type Ids, type Item, type Table } from '#kernel';
import { fromItem, rowKey, toItem } from '#kernel/rows';
import { Job, type JobRow } from './job.entity.ts';
import type { KeptResult } from './job.rules.ts';

/**
 * The row of a job is written by its worker after each chunk and by people who pause it. Progress is no event and makes no
 * version, so that a counter of its own (`step`) says whether the row is still as it was read.
 */
export type JobRecord = { readonly row: JobRow; readonly item: Item; readonly step: number; readonly lease?: Lease };

/** Who works on the job, until when. `turn` counts the deliveries of one message, the later replaces the earlier. */
export type Lease = { readonly by: string; readonly turn: number; readonly until: string };

/** Reads a job as it is now. @throws NOT_FOUND */
export const readJob = async (table: Table, tenant: string, id: string): Promise<JobRecord> => {
  const item = await table.get(rowKey(tenant, id), { consistent: true });
  if (item?.['entity'] !== Job.name) throw notFound('Job', id);
  return recordOf(item);
};

const recordOf = (item: Item): JobRecord => ({
  item,
  row: fromItem(Job, item) as unknown as JobRow,
  step: Number(item['step'] ?? 0),
  ...(item['lease'] !== undefined && { lease: item['lease'] as Lease }),
});

/** What is written: values of the row, who works on it, and the event if it is one. */
export type JobWrite = {
  readonly values: Partial<JobRow>;
  readonly lease?: Lease | null;
  readonly event?: { readonly type: string; readonly at: string; readonly by: string; readonly id: string };
};

/** Writes the row if it is as it was read. Answers how it is then. @throws ConditionFailed when it has moved on */
export const writeJob = async (table: Table, tenant: string, was: JobRecord, write: JobWrite): Promise<JobRecord> => {
  const { event, lease } = write;
  const row = { ...was.row, ...write.values, ...(event && stamp(was.row, event)) } as JobRow;
  const mark = event
    ? { id: event.id, type: event.type, at: event.at, by: event.by, correlationId: row.correlationId }
    : was.item['event'];
  const holder = lease === undefined ? was.lease : (lease ?? undefined);
  const item = {
    ...toItem(Job, tenant, row, mark as never),
    step: was.step + 1,
    ...(holder && { lease: holder }),
  };
  await table.write({ kind: 'put', item, condition: asRead(was) });
  return recordOf(item);
};

const stamp = ({ version }: JobRow, { at, by }: { readonly at: string; readonly by: string }) => ({
  version: version + 1,
  updatedAt: at,
  updatedBy: by,
});

const asRead = ({ row, step }: JobRecord) => ({
  text: '#version = :version AND (#step = :step OR (attribute_not_exists(#step) AND :step = :zero))',
  names: { '#version': 'version', '#step': 'step' },
  values: { ':version': row.version, ':step': step, ':zero': 0 },
});

/** Changes a job however it stands by then: `decide` is asked again when somebody else came first. */
export const changeJob = async (
  table: Table,
  tenant: string,
  id: string,
  decide: (record: JobRecord) => JobWrite | undefined,
): Promise<JobRecord> => {
  for (let attempt = 1; ; attempt += 1) {
    const record = await readJob(table, tenant, id);
    const write = decide(record);
    if (!write) return record;
    try {
      return await writeJob(table, tenant, record, write);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (attempt === 10) throw new DomainError('CONFLICT', 'The job is being changed; try again.', ['id']);
    }
  }
};

/** The event of a new state. */
export const eventOf = (ids: Ids, type: string, at: string, by: string) => ({ id: ids.next('evt'), type, at, by });

const pageKey = (tenant: string, id: string, page: number) => ({
  pk: `${tenant}#${id}`,
  sk: `results#${String(page).padStart(8, '0')}`,
});

/** Results of one chunk in a page of its own: written again it is the same. */
export const writeResults = async (
  table: Table,
  tenant: string,
  id: string,
  page: number,
  results: readonly KeptResult[],
): Promise<void> => {
  if (results.length > 0) await table.write({ kind: 'put', item: { ...pageKey(tenant, id, page), results } });
};

/** Pages of results from one on. */
export const readResults = async (
  table: Table,
  tenant: string,
  id: string,
  from: number,
  limit: number,
): Promise<readonly { readonly page: number; readonly results: readonly KeptResult[] }[]> => {
  const { items } = await table.query({
    pk: `${tenant}#${id}`,
    sort: { from: pageKey(tenant, id, from).sk, to: 'results#~' },
    limit,
    consistent: true,
  });
  return items.map((item) => ({
    page: Number(item.sk.slice('results#'.length)),
    results: item['results'] as readonly KeptResult[],
  }));
};
