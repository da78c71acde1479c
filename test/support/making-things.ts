// A job that makes things in chunks, on a domain of tests: with rows that are bad, kills between chunks, and a pause.
import {
  defaulted,
  DomainError,
  entity,
  integer,
  job,
  module,
  mutation,
  noOwner,
  ownedBy,
  optional,
  ref,
  text,
  type Module,
  type Piece,
  type Row,
} from '#kernel';
import { Job, jobs, startJob, type JobRow } from '#modules/platform/jobs';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';

const User = entity('User', {
  idPrefix: 'usr',
  describes: 'A person.',
  fields: { name: text() },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create'],
  title: (row) => row.name,
});

/** What the job makes. */
export const Thing = entity('Thing', {
  idPrefix: 'thi',
  describes: 'A thing.',
  fields: { name: text({ unique: true }), size: defaulted(integer(), 0), owner: optional(ref('User')) },
  owner: ownedBy('owner'),
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update'],
  title: (row) => row.name,
});

type Given = { readonly count: number; readonly size: number; readonly badRow?: number; readonly crashAt?: number };

/** What befalls the job: kills that are still to come after `crashAt`, and whether nothing new may begin. */
export type Mishaps = { crashes: number; isPaused: boolean };

/** What tests of a job work with. */
export type Making = {
  readonly domain: Domain;
  readonly mishaps: Mishaps;
  readonly begin: (given: Readonly<Record<string, unknown>>) => Promise<JobRow>;
  readonly read: (id: string) => Promise<JobRow>;
  readonly things: () => Promise<readonly Row<typeof Thing>[]>;
};

/** Starts a domain with the job. */
export const startMaking = ({ table, tenant }: Pick<DomainOptions, 'table' | 'tenant'>): Making => {
  const mishaps: Mishaps = { crashes: 0, isPaused: false };
  const domain = startDomain({
    modules: modulesWith(mishaps),
    table,
    tenant,
    isPaused: () => Promise.resolve(mishaps.isPaused),
  });
  return {
    domain,
    mishaps,
    begin: (given) => domain.run<JobRow>('makeManyThings', given),
    read: (id) => domain.reader().data(Job).get(id),
    things: async () => (await domain.reader().data(Thing).list({ first: 100 })).rows,
  };
};

const perChunk = 10;

const makingThings = (mishaps: Mishaps) =>
  job<Given>('makeThings', {
    describes: 'Makes things.',
    needs: 'thing.create',
    total: ({ count }) => Promise.resolve(count),
    chunk: async (given, cursor, context) => {
      const start = Number(cursor ?? 0);
      const rows = Array.from({ length: Math.min(perChunk, given.count - start) }, (_, index) => start + index);
      const outcomes = await context.together(rows.map((row) => pieceOf(row, given)));
      if (start === given.crashAt && mishaps.crashes > 0) {
        mishaps.crashes -= 1;
        throw new Error('The process was killed.');
      }
      return {
        results: outcomes.map(({ status, record, error }, index) => ({
          row: start + index + 1,
          status,
          ...(record !== undefined && { record }),
          ...(error instanceof DomainError && { code: error.code, message: error.message }),
        })),
        ...(start + perChunk < given.count && { next: String(start + perChunk) }),
      };
    },
    finish: () => Promise.resolve({ said: 'done' }),
  });

const pieceOf = (row: number, { size, badRow }: Given): Piece => ({
  key: String(row),
  run: async (unit) => {
    if (row === badRow) throw new DomainError('BAD_INPUT', 'This one is bad.');
    const found = await unit.data(Thing).findUnique('name', `thing ${String(row)}`);
    if (found) return unit.data(Thing).update(found, { size });
    return unit.data(Thing).create({ name: `thing ${String(row)}`, size });
  },
});

const modulesWith = (mishaps: Mishaps): readonly Module[] => {
  const makeThings = makingThings(mishaps);
  const start = mutation('makeManyThings', {
    describes: 'Starts it.',
    needs: 'thing.create',
    input: {
      count: integer(),
      size: defaulted(integer(), 0),
      badRow: optional(integer()),
      crashAt: optional(integer()),
    },
    returns: Job,
    run: (given, context) => Promise.resolve(startJob(context, makeThings, given)),
  });
  return [
    module('platform/users', { entities: [User] }),
    jobs,
    module('sales/things', { entities: [Thing], operations: [start], jobs: [makeThings] }),
  ];
};
