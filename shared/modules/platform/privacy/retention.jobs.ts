import {
  change,
  creation,
  DomainError,
  integer,
  job,
  mutation,
  query,
  recordInput,
  ref,
  timer,
  type AnyEntity,
  type AnyRow,
  type Context,
  type JobContext,
  type KeySpec,
  type RowResult,
} from '#kernel';
import { Job, startJob } from '#modules/platform/jobs';
import { noteErasure } from './erasure-log.operations.ts';
import { keepOf, removeRecord } from './erasing.operations.ts';
import { RetentionRule, type RetentionRuleRow } from './retention.entity.ts';
import { keepFor } from './traces.rules.ts';

const day = 86_400_000;
const perChunk = 100;

type Given = { readonly rule: string };

/** Applies a rule to every record of its kind; what it has done it finds no more. */
export const applyRetention = job<Given>('applyRetention', {
  describes: 'Archives or erases records that have been kept long enough.',
  needs: 'retentionRule.apply',
  chunk: async ({ rule: id }, cursor, context) => {
    const rule = await context.trusted(RetentionRule).get(id);
    const page = await expiredPage(context, rule, cursor);
    const results: RowResult[] =
      rule.action === 'ERASE' ? await eraseAll(context, page) : await archiveAll(context, page);
    return { results, ...(page.next !== undefined && { next: page.next }) };
  },
});

/** What law still keeps is left for another day. */
const eraseAll = async (context: JobContext, { of, rows }: Page): Promise<RowResult[]> => {
  const kept = new Set(rows.filter((row) => keepOf(context, of, row)).map(({ id }) => id));
  const gone = rows.flatMap(({ id }) => (kept.has(id) ? [] : [id]));
  await noteErasure(context, gone);
  for (const id of gone) await removeRecord(context, id);
  return rows.map(({ id }, index) => ({ row: index + 1, status: kept.has(id) ? 'skipped' : 'done', record: id }));
};

const archiveAll = async (context: JobContext, { of, rows }: Page): Promise<RowResult[]> => {
  const outcomes = await context.together(
    rows.map(({ id }) => ({
      key: `archive ${id}`,
      run: async (unit) => {
        const row = (await unit.trusted(of).get(id)) as AnyRow;
        return row.archivedAt === undefined ? unit.trusted(of).archive(row) : row;
      },
    })),
  );
  return rows.map(({ id }, index) => ({
    row: index + 1,
    record: id,
    status: outcomes[index]?.status === 'failed' ? 'failed' : 'done',
  }));
};

type Page = { readonly of: AnyEntity; readonly rows: readonly AnyRow[]; readonly next?: string };

/** The expired ones among a page of all records of the kind. */
const expiredPage = async (context: Context, rule: RetentionRuleRow, after: string | undefined): Promise<Page> => {
  const of = context.registry.entity(rule.recordType);
  const [key = ''] = Object.entries<KeySpec>(of.keys).find(([, spec]) => 'gsi' in spec && spec.gsi === 3) ?? [];
  const page = await context.trusted(of).page(key, { first: perChunk, ...(after !== undefined && { after }) });
  const until = new Date(context.clock.now().getTime() - rule.days * day).toISOString();
  const next = page.hasNextPage ? page.endCursor : undefined;
  const rows = (page.rows as readonly AnyRow[]).filter(
    (row) => (rule.since === 'CREATED' ? row.createdAt : row.updatedAt) < until,
  );
  return { of, rows, ...(next !== undefined && { next }) };
};

type Ruling = { readonly recordType?: string | null; readonly action?: string | null; readonly days?: number | null };

const assertRule = ({ registry, actor }: Context, { recordType, action, days }: Ruling): void => {
  if (typeof recordType !== 'string') return;
  const of = registry.entities.get(recordType);
  const isListed = of && Object.values<KeySpec>(of.keys).some((spec) => 'gsi' in spec && spec.gsi === 3);
  if (!of || !isListed) throw new DomainError('BAD_INPUT', `There are no records of ${recordType}.`, ['recordType']);
  const keep = action === 'ERASE' ? keepFor(registry, recordType) : undefined;
  if (keep && (days ?? 0) < keep.years(actor.country) * 365)
    throw new DomainError('KEPT_BY_LAW', `${keep.reason}: ${String(keep.years(actor.country))} years.`, ['days']);
};

const fails = ['KEPT_BY_LAW'] as const;

export const createRetentionRule = creation(RetentionRule, 'createRetentionRule', {
  describes: 'Makes a rule; it runs for the first time a day later, so that its preview can be looked at.',
  needs: 'retentionRule.create',
  input: {},
  returns: RetentionRule,
  fails,
  run: ({ values }, context) => {
    assertRule(context, values);
    return Promise.resolve(context.data(RetentionRule).create({ ...values, nextRunAt: tomorrow(context) }));
  },
});

export const updateRetentionRule = change(RetentionRule, 'updateRetentionRule', {
  describes: 'Changes a rule: absent fields stay.',
  needs: 'retentionRule.update',
  input: recordInput('RetentionRule'),
  returns: RetentionRule,
  fails,
  run: async ({ id, changes }, context) => {
    const rule = await context.data(RetentionRule).get(id);
    assertRule(context, { ...rule, ...changes });
    return context.data(RetentionRule).update(rule, changes);
  },
});

export const runRetentionRule = mutation('runRetentionRule', {
  describes: 'Runs a rule now, in a job.',
  needs: 'retentionRule.apply',
  input: { id: ref('RetentionRule', { describes: 'Which rule.' }) },
  returns: Job,
  run: async ({ id }, context) => {
    await context.data(RetentionRule).get(id);
    return startJob(context, applyRetention, { rule: id }, { subject: id });
  },
});

/** Pages that a preview looks at. */
const mostPages = 100;

export const previewRetention = query('previewRetention', {
  describes: 'How many records a rule would touch if it ran now, among the first ten thousand.',
  needs: 'retentionRule.read',
  input: { id: ref('RetentionRule', { describes: 'Which rule.' }) },
  returns: {
    expired: integer({ describes: 'Records that it would archive or erase.' }),
    looked: integer({ describes: 'Pages of a hundred records that were looked at.' }),
  },
  run: async ({ id }, context) => {
    const rule = await context.data(RetentionRule).get(id);
    let expired = 0;
    let looked = 0;
    let after: string | undefined;
    do {
      const page = await expiredPage(context, rule, after);
      expired += page.rows.length;
      looked += 1;
      after = page.next;
    } while (after !== undefined && looked < mostPages);
    return { expired, looked };
  },
});

const tomorrow = ({ clock }: Context): string => new Date(clock.now().getTime() + day).toISOString();

/** Once a day, from the moment that the rule was made. */
export const retentionRuns = timer(RetentionRule, {
  describes: 'Runs the rule, and again a day later.',
  run: (rule, context) => {
    const started = startJob(context, applyRetention, { rule: rule.id }, { subject: rule.id });
    context.trusted(RetentionRule).update(rule, { nextRunAt: tomorrow(context), lastJob: started.id });
    return Promise.resolve();
  },
});
