import {
  DomainError,
  job,
  prefixOf,
  type Context,
  type JobContext,
  type Piece,
  type Row,
  type RowResult,
} from '#kernel';
import { allResults } from '#modules/platform/jobs';
import { notify, type NotificationKind } from '#modules/platform/notifications';
import { User } from '#modules/platform/users';
import { Activity } from '#modules/engagement/activities';

type Work = Row<typeof Activity>;

/** Which planned work goes to whom: named pieces of it, or a person's, of some types and days. */
export type Reassignment = {
  readonly ids?: readonly string[];
  readonly from?: string;
  readonly types?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly owner?: string;
  readonly team?: string;
  readonly by: string;
};

/** What a new owner is told once, instead of once for each. */
export const handedOver: NotificationKind = {
  key: 'activity.handedOver',
  label: { es: 'Trabajo de otros que pasa a usted', en: 'Work of others that becomes yours' },
  usual: 'DIGEST',
};

const perChunk = 100;

/** Gives planned work to somebody else, page by page. */
export const reassignPlanned = job<Reassignment>('reassignWork', {
  describes: 'Gives planned activities to another person or team.',
  needs: 'activity.reassign',
  total: ({ ids }) => Promise.resolve(ids?.length),
  chunk: async (given, cursor, context) => {
    const { ids, next } = await idsFrom(context, given, cursor);
    const outcomes = await context.together(ids.map((id) => reassigning(given, id)));
    const results = outcomes.map(({ status, error }, index): RowResult => ({
      row: index + 1,
      status,
      record: ids[index] ?? '',
      ...(error instanceof DomainError && { code: error.code, message: error.message }),
    }));
    return { results, ...(next !== undefined && { next }) };
  },
  finish: async (given, context) => {
    const changed = (await allResults(context, context.jobId)).filter(({ status }) => status === 'updated').length;
    await tellOwner(context, given, changed);
    return { reassigned: changed };
  },
});

type Ids = { readonly ids: readonly string[]; readonly next?: string };

const idsFrom = async ({ trusted }: JobContext, given: Reassignment, cursor: string | undefined): Promise<Ids> => {
  if (given.ids) {
    const start = Number(cursor ?? 0);
    const end = start + perChunk;
    return { ids: given.ids.slice(start, end), ...(end < given.ids.length && { next: String(end) }) };
  }
  const { from: of = '', since, until, types } = given;
  const page = await trusted(Activity).page('byOwner', {
    of,
    first: perChunk,
    ...(since !== undefined && { from: since }),
    ...(until !== undefined && { to: until }),
    ...(cursor !== undefined && { after: cursor }),
  });
  const ids = page.rows.filter(({ type }) => types?.includes(type) ?? true).map(({ id }) => id);
  return { ids, ...(page.hasNextPage && page.endCursor !== undefined && { next: page.endCursor }) };
};

/** Work that was done, or taken by somebody else meanwhile, stays as it is. */
const reassigning = ({ from, owner, team }: Reassignment, id: string): Piece => ({
  key: `reassign ${id}`,
  reads: prefixOf(id) === Activity.idPrefix ? [id] : [],
  run: async ({ data }) => {
    const row: Work = await data(Activity).get(id);
    if (row.status !== 'PLANNED' || (from !== undefined && row.owner !== from)) return row;
    const holder = { owner: owner ?? null, ...(team !== undefined && { team }), delegatedBy: null, delegation: null };
    return data(Activity).update(row, holder, { event: 'activity.handedOver' });
  },
});

const tellOwner = async (context: Context, { owner, by }: Reassignment, count: number): Promise<void> => {
  if (owner === undefined || owner === by || count === 0) return;
  const giver = await context.trusted(User).find(by);
  const [name, many] = [giver?.name ?? 'CRM', String(count)];
  await notify(context, {
    to: [owner],
    kind: handedOver.key,
    title: {
      es: `${name} le pasa trabajo: ${many} ${count === 1 ? 'actividad' : 'actividades'}`,
      en: `${name} hands work over to you: ${many} ${count === 1 ? 'activity' : 'activities'}`,
    },
  });
};
