import {
  address,
  anyRecord,
  choice,
  date,
  decimal,
  defaulted,
  DomainError,
  email,
  integer,
  list,
  mayTouch,
  object,
  optional,
  phone,
  query,
  record,
  ref,
  signedIn,
  text,
  type AnyRow,
  type Context,
  type Row,
} from '#kernel';
import { User } from '#modules/platform/users';
import { decidedApart } from './duplicate.operations.ts';
import { identityOf, type Identity } from './identity.rules.ts';
import { identityIn, kindOf } from './kinds.rules.ts';
import { findAlike, type Alike } from './matching.operations.ts';
import { reasonOf, thousandths } from './duplicate.rules.ts';
import { reasonFields, verdict } from './duplicate.entity.ts';

const word = (describes: string) => optional(text({ max: 200, describes }));

/** What somebody enters of a person or an organisation, to be compared. */
export const knownOfSomebody = object(
  'KnownOfSomebody',
  {
    type: optional(
      choice(['PERSON', 'ORGANISATION'], {
        named: 'SomebodyType',
        describes: 'A person or an organisation; a person when nothing is said.',
      }),
    ),
    firstName: word('Given names.'),
    lastName: word('Family names.'),
    name: word('The whole name, where its parts are not known apart; the name of an organisation.'),
    emails: optional(list(email(), { max: 20, describes: 'E-mail addresses.' })),
    phones: optional(list(phone(), { max: 20, describes: 'Phone numbers.' })),
    taxId: optional(text({ max: 20, describes: 'Tax or identity number.' })),
    birthday: optional(date({ describes: 'Day of birth.' })),
    addresses: optional(list(address(), { max: 20, describes: 'Where somebody lives or is.' })),
  },
  { describes: 'What is known of somebody.' },
);

const match = object('DuplicateMatch', {
  record: optional(anyRecord('Who may be the same; null when it is not for you to see.')),
  type: text({ describes: 'What it is: Contact, Account.' }),
  handledBy: optional(record(User, 'Who looks after the record that is not for you to see.')),
  score: decimal({ scale: 3, describes: 'How alike, 0 to 1.' }),
  verdict,
  reasons: list(reasonFields, { max: 10, describes: 'What was compared; empty for a record that you may not see.' }),
});

export const findDuplicates = query('findDuplicates', {
  describes:
    'Who is already there that may be the same: asked before something is saved, or about a record. Names are compared by sound and letters, ' +
    'in any order; what only one of both has does not count. Of records that you may not see it says who looks after them.',
  needs: signedIn,
  input: {
    input: optional(knownOfSomebody),
    record: optional(ref('*', { describes: 'A record whose duplicates are wanted, in place of `input`.' })),
    types: optional(list(text({ max: 60 }), { max: 10, describes: 'Only records of these kinds: Contact, Account.' })),
    first: defaulted(integer({ min: 1, max: 50, describes: 'How many at most.' }), 10),
  },
  returns: { matches: list(match, { max: 50, describes: 'The most alike first.' }) },
  run: async ({ input, record: id, types, first }, context) => {
    const identity = id === undefined ? identityOf({ type: 'PERSON', ...input }) : await identityOfRecord(context, id);
    const alike = await findAlike(context, identity, {
      ...(types && { types }),
      ...(id !== undefined && { except: id }),
    });
    const apart = id === undefined ? new Set<string>() : await decidedApart(context, id, alike);
    const shown = alike.filter(({ row }) => !apart.has(row.id)).slice(0, first);
    const owners = await handlersOf(context, shown);
    return { matches: shown.map((each) => told(context, each, owners)) };
  },
});

const identityOfRecord = async (context: Context, id: string): Promise<Identity> => {
  const row = (await context.records([id])).get(id);
  const kind = kindOf(context.registry, context.registry.byPrefix.get(id.slice(0, id.indexOf('_')))?.name ?? '');
  if (!row) throw new DomainError('NOT_FOUND', `There is no record ${id}.`, ['record']);
  if (!kind) throw new DomainError('BAD_INPUT', 'Records of this kind are not compared.', ['record']);
  return identityIn(kind, row);
};

const isHidden = ({ actor }: Context, { of, row }: Alike): boolean => !mayTouch(actor, of, row, 'read');

const handlersOf = (context: Context, shown: readonly Alike[]): Promise<ReadonlyMap<string, Row<typeof User>>> => {
  const hidden: readonly AnyRow[] = shown.filter((each) => isHidden(context, each)).map(({ row }) => row);
  return context.trusted(User).getMany(hidden.flatMap(({ ownerId }) => (ownerId === undefined ? [] : [ownerId])));
};

const told = (context: Context, each: Alike, owners: ReadonlyMap<string, Row<typeof User>>) => {
  const { of, row, match: found } = each;
  const said = {
    type: of.name,
    score: thousandths(found.score),
    verdict: found.verdict === 'CERTAIN' ? ('CERTAIN' as const) : ('REVIEW' as const),
  };
  if (!isHidden(context, each)) return { ...said, record: row, reasons: found.reasons.map(reasonOf) };
  const handledBy = owners.get(row.ownerId ?? '');
  return { ...said, reasons: [], ...(handledBy && { handledBy }) };
};
