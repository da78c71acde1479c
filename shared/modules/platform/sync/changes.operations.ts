import {
  anyRecord,
  boolean,
  choice,
  defaulted,
  DomainError,
  forbidden,
  integer,
  list,
  object,
  optional,
  query,
  signedIn,
  text,
  type Context,
} from '#kernel';
import { openCursor, sealCursor } from '#kernel/cursor';
import { readChanges } from './delta.operations.ts';
import { removalReasons, type Place } from './page.rules.ts';
import { reachOf } from './reach.rules.ts';
import { readSnapshot } from './snapshot.operations.ts';
import { syncedTypes } from './synced.operations.ts';

export const changesSince = query('changesSince', {
  describes:
    'Keeps a copy on a phone: the caller’s own records (owned, held by one of the caller’s teams, or delegated) that have changed since a cursor, and those to forget. Without a cursor it begins with all open ones. Read on while `hasMore`; keep `endCursor` for the next time. A record may come again: the higher version counts.',
  needs: signedIn,
  input: {
    after: optional(text({ max: 4000, describes: 'The `endCursor` of the page before; absent at the first time.' })),
    first: defaulted(integer({ min: 1, max: 100, describes: 'Most records of a page of the first copy.' }), 50),
  },
  returns: {
    records: list(anyRecord(), { max: 1000, describes: 'Records as they are now.' }),
    removed: list(
      object('SyncRemoval', {
        id: text({ describes: 'The record’s id.' }),
        type: text({ describes: 'What it is: Account, Contact, Opportunity, Activity.' }),
        reason: choice(removalReasons, { describes: 'Why: it was archived or erased, or somebody else has it now.' }),
      }),
      { max: 1000, describes: 'Records to forget.' },
    ),
    isReset: boolean({
      describes:
        'A new copy begins with this page, because it is the first, because the caller may see other records now, or because somebody was forgotten: drop the old one, but not what has not been sent yet.',
    }),
    hasMore: boolean({ describes: 'Whether more is waiting behind `endCursor`.' }),
    endCursor: text({ describes: 'The place after this page.' }),
  },
  run: async ({ after, first }, context) => {
    const known = after === undefined ? undefined : await openPlace(context, after);
    const changes = known && known.step === undefined ? await readChanges(context, known) : undefined;
    const from = known?.step === undefined ? undefined : known;
    const { place, ...shown } = changes ?? (await readSnapshot(context, from, first));
    return { ...shown, isReset: !changes && !from, endCursor: await sealPlace(context, place) };
  },
});

/** Bound to the person; when the person's reach has changed, the copy begins anew. */
const queryOf = ({ actor }: Context): string => {
  if (actor.userId === undefined) throw forbidden('Only a person has records to carry; this key belongs to nobody.');
  return `changes of ${actor.tenant} for ${actor.userId}`;
};

const sealPlace = async (context: Context, place: Place): Promise<string> =>
  sealCursor(
    await context.ports.secrets.get('signing'),
    queryOf(context),
    JSON.stringify({ reach: reachOf(context.actor, syncedTypes(context)), place }),
  );

const openPlace = async (context: Context, cursor: string): Promise<Place | undefined> => {
  const sealed = openCursor(await context.ports.secrets.get('signing'), queryOf(context), cursor);
  const { reach, place } = JSON.parse(sealed) as { readonly reach?: string; readonly place?: Place };
  if (!place) throw new DomainError('BAD_INPUT', 'The cursor is not one of changesSince.', ['after']);
  return reach === reachOf(context.actor, syncedTypes(context)) ? place : undefined;
};
