import {
  boolean,
  date,
  defaulted,
  DomainError,
  integer,
  json,
  list,
  number,
  object,
  optional,
  query,
  record,
  ref,
  text,
  dateTime,
  type Actor,
  type Context,
  type FieldMap,
  type GeoPoint,
} from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { filterFields, visibleFields } from '#kernel/filter-fields';
import { predicateOf, type Predicate } from '#kernel/filter-predicate';
import { readOn } from '#kernel/read-on';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { dueOf, placeOf, type Due, type Reason } from './due.rules.ts';
import { VisitFrequency, type VisitFrequencyRow } from './visit-frequency.entity.ts';
import { profileId, VisitProfile, type VisitProfileRow } from './visit-profile.entity.ts';

/** A further reason to visit accounts soon: an open opportunity, overdue debt. Answers weights by account; 1 is a whole interval. */
export type VisitReason = {
  readonly name: string;
  readonly describes: string;
  weigh(accounts: readonly AccountRow[], day: string, context: Context): Promise<ReadonlyMap<string, number>>;
};
/** The extension point for them. */
export const visitReasons = 'routes.visit-reasons';

/** An account with all that planning a visit asks for. */
export type DueAccount = Due & {
  readonly account: AccountRow;
  readonly everyDays: number;
  readonly minutes?: number;
  readonly place?: GeoPoint;
  readonly profile?: VisitProfileRow;
};

/** Accounts of one person that are looked at, and frequencies of a tenant. */
const mostAccounts = 1000;
const mostFrequencies = 100;
/** Where the tenant has said nothing: every four weeks. */
const usual = { everyDays: 28, minGapPercent: 50 };

type Asked = { readonly owner: string; readonly day: string; readonly where?: unknown };

/** The accounts that a person handles, the most due first. Those that no frequency counts for are left out. */
export const dueAccounts = async (context: Context, { owner, day, where }: Asked): Promise<readonly DueAccount[]> => {
  const isAsked = where === undefined ? () => true : predicateFor(context, where);
  const accounts = context.data(Account);
  const { rows } = await readOn((page) => accounts.page('byOwner', { of: owner, ...page }), mostAccounts);
  const asked = rows.filter((row) => row.ownerId === owner && isAsked(row));
  const [profiles, frequencies, reasons] = await Promise.all([
    profilesOf(context, asked),
    frequenciesOf(context),
    reasonsFor(context, asked, day),
  ]);
  return asked
    .flatMap((account) => {
      const profile = profiles.get(profileId(account.id));
      const found = rhythmOf(account, profile, frequencies);
      if (!found) return [];
      const place = placeOf(account);
      const known = {
        id: account.id,
        createdAt: account.createdAt,
        ...given(account, 'birthday'),
        ...given(profile, 'lastVisitAt'),
      };
      const due = dueOf({ ...known, ...found.rhythm }, day, reasons.get(account.id) ?? []);
      return [
        {
          ...due,
          account,
          everyDays: found.rhythm.everyDays,
          ...(found.minutes !== undefined && { minutes: found.minutes }),
          ...(place && { place }),
          ...(profile && { profile }),
        },
      ];
    })
    .sort((one, other) => other.score - one.score || (one.account.id < other.account.id ? -1 : 1));
};

const given = <Row extends object, Name extends keyof Row>(
  row: Row | undefined,
  name: Name,
): Partial<Pick<Row, Name>> =>
  row?.[name] === undefined ? {} : ({ [name]: row[name] } as unknown as Partial<Pick<Row, Name>>);

const profilesOf = ({ trusted }: Context, accounts: readonly AccountRow[]) =>
  trusted(VisitProfile).getMany(accounts.map(({ id }) => profileId(id)));

type Frequency = VisitFrequencyRow & { readonly counts: Predicate };

const frequenciesOf = async (context: Context): Promise<readonly Frequency[]> => {
  const { rows } = await context.trusted(VisitFrequency).page('byPosition', { first: mostFrequencies });
  // Who settled the segments has seen these fields; whoever plans by them learns no more than who is due.
  const fields = filterFields(context.registry.entity(Account.name));
  return rows.map((row) => ({
    ...row,
    counts: row.where === undefined ? () => true : predicateOver(fields, row.where, context.actor),
  }));
};

/** A filter over accounts, and over those fields alone that the actor may see. @throws BAD_INPUT */
export const predicateFor = ({ registry, actor }: Context, where: unknown): Predicate =>
  predicateOver(visibleFields(registry.entity(Account.name), actor), where, actor);

const predicateOver = (fields: FieldMap, where: unknown, { country }: Actor): Predicate =>
  predicateOf(fields, checkFilter(fields, where, { path: ['where'], country }));

const rhythmOf = (account: AccountRow, profile: VisitProfileRow | undefined, frequencies: readonly Frequency[]) => {
  const frequency = frequencies.find(({ counts }) => counts(account));
  const everyDays =
    profile?.everyDays ?? frequency?.everyDays ?? (frequencies.length === 0 ? usual.everyDays : undefined);
  if (everyDays === undefined) return undefined;
  const minutes = profile?.minutes ?? frequency?.minutes;
  return { rhythm: { everyDays, minGapPercent: frequency?.minGapPercent ?? usual.minGapPercent }, minutes };
};

const reasonsFor = async (
  context: Context,
  accounts: readonly AccountRow[],
  day: string,
): Promise<ReadonlyMap<string, readonly Reason[]>> => {
  const modules = context.registry.contributions(visitReasons) as readonly VisitReason[];
  const weights = await Promise.all(
    modules.map(async ({ name, weigh }) => ({ name, of: await weigh(accounts, day, context) })),
  );
  return new Map(
    accounts.map(({ id }) => [
      id,
      weights.flatMap(({ name, of }) => {
        const weight = of.get(id);
        return weight === undefined ? [] : [{ name, weight }];
      }),
    ]),
  );
};

/** Whose visits are planned: one's own when nobody is named. */
export const visitorOf = ({ actor }: Context, owner: string | undefined): string => {
  const person = owner ?? actor.userId;
  if (person === undefined) throw new DomainError('BAD_INPUT', 'Say whose visits.', ['owner']);
  return person;
};

const segment = optional(json({ describes: 'Only these accounts: a filter as `accounts(where)` takes it.' }));

export const visitsDue = query('visitsDue', {
  describes: 'The accounts of a person by how much a visit is due, the most urgent first.',
  needs: 'route.read',
  input: {
    owner: optional(ref('User', { describes: 'Whose; one’s own when not said.' })),
    day: optional(date({ describes: 'As of which day; today when not said.' })),
    where: segment,
    first: defaulted(integer({ min: 1, max: 100, describes: 'At most so many.' }), 25),
  },
  returns: {
    visits: list(
      object('VisitDue', {
        account: record(Account, 'Whom to visit.'),
        score: number({ describes: '1 on the day that its interval ends; more when it is late or there are reasons.' }),
        dueOn: date({ describes: 'The day that its interval ends.' }),
        everyDays: integer({ describes: 'Its interval.' }),
        lastVisitAt: optional(dateTime({ describes: 'The last visit.' })),
        reasons: list(text({ max: 60 }), { max: 20, describes: 'Why.' }),
        hasPlace: boolean({ describes: 'One of its addresses says where it lies; else it cannot be planned.' }),
      }),
      { max: 100, describes: 'The most urgent first.' },
    ),
  },
  run: async ({ owner, day, where, first }, context) => {
    const due = await dueAccounts(context, {
      owner: visitorOf(context, owner),
      day: day ?? context.clock.today(),
      ...(where !== undefined && { where }),
    });
    const visits = due.filter(({ isCandidate }) => isCandidate).slice(0, first);
    return {
      visits: visits.map(({ account, score, dueOn, everyDays, reasons, place, profile }) => ({
        account,
        score,
        dueOn,
        everyDays,
        reasons,
        hasPlace: place !== undefined,
        ...given(profile, 'lastVisitAt'),
      })),
    };
  },
});
