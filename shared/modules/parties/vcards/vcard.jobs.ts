import {
  DomainError,
  job,
  type AnyOperation,
  type Context,
  type GivenTo,
  type Piece,
  type PieceOutcome,
  type RowResult,
} from '#kernel';
import { parseGiven } from '#kernel/execute';
import { Contact, createContact, updateContact, type ContactRow } from '#modules/parties/contacts';
import { readFile, storeFile } from '#modules/platform/files';
import { readVCard, type VCardContact, type VCardPhoto } from './read-vcard.rules.ts';
import { vCardsIn } from './vcard-lines.rules.ts';

const cardsPerChunk = 100;
/** The system of the ids that cards bring with them. */
const system = 'vcard';

type Values = Readonly<Record<string, unknown>>;
type Given = { readonly file: string };

const cardsOf = async (context: Context, { file }: Given): Promise<readonly VCardContact[]> =>
  vCardsIn(await readFile(context, file)).map(readVCard);

/** Cards enter as contacts; those that are there already, by their UID or e-mail address, get what they lack. */
export const enterVCards = job<Given>('importVCards', {
  describes: 'Lets the cards of a vCard file enter as contacts.',
  needs: 'contact.create',
  silent: true,
  total: async (given, context) => (await cardsOf(context, given)).length,
  chunk: async (given, cursor, context) => {
    const start = Number(cursor ?? 0);
    const cards = await cardsOf(context, given);
    const chunk = cards.slice(start, start + cardsPerChunk);
    const outcomes = await context.together(chunk.map((card, index) => entering(card, start + index + 1)));
    const end = start + chunk.length;
    return {
      results: outcomes.map((outcome, index) => told(start + index + 1, outcome)),
      ...(end < cards.length && { next: String(end) }),
    };
  },
});

const entering = (card: VCardContact, row: number): Piece => ({
  key: `card ${String(row)}`,
  run: async (unit) => {
    const known = await contactLike(unit, card);
    const values = { ...card.values, ...(card.uid !== undefined && { externalIds: [{ system, id: card.uid }] }) };
    const contact = known
      ? await fill(unit, known, values)
      : await unit.run(createContact, given(unit, createContact, values));
    if (card.photo && !known) await keepPhoto(unit, contact, card.photo);
    return contact;
  },
});

/** The contact that a card is about. */
const contactLike = async ({ data }: Context, { uid, values }: VCardContact): Promise<ContactRow | undefined> => {
  const byUid = uid === undefined ? undefined : await data(Contact).findUnique('externalIds', `${system}:${uid}`);
  const own = byUid ?? (uid?.startsWith(`${Contact.idPrefix}_`) === true ? await data(Contact).find(uid) : undefined);
  const [first] = (values['emails'] ?? []) as readonly { readonly address: string }[];
  return own ?? (first && (await data(Contact).findByNaturalKey(first.address.toLowerCase())));
};

/** Values of a card are as trustworthy as those of a client, and are looked at in the same way. */
const given = <O extends AnyOperation>({ actor }: Context, operation: O, values: Values): GivenTo<O> =>
  parseGiven(actor, operation, values) as GivenTo<O>;

const fill = (unit: Context, contact: ContactRow, values: Readonly<Record<string, unknown>>): Promise<ContactRow> => {
  const missing = Object.entries(values).filter(([name]) => contact[name as keyof ContactRow] === undefined);
  if (missing.length === 0) return Promise.resolve(contact);
  const { id, version } = contact;
  return unit.run(updateContact, given(unit, updateContact, { id, version, ...Object.fromEntries(missing) }));
};

const pictures = /^image\/(?:jpeg|png|gif|webp)$/;

const keepPhoto = async (
  context: Context,
  { id, name }: ContactRow,
  { bytes, contentType }: VCardPhoto,
): Promise<void> => {
  if (!pictures.test(contentType)) return;
  await storeFile(context, {
    name: `${name}.${contentType.slice('image/'.length)}`,
    contentType,
    body: bytes,
    record: id,
  });
};

const told = (row: number, { status, record, error }: PieceOutcome): RowResult => {
  if (status !== 'failed') return { row, status, ...(record !== undefined && { record }) };
  if (!(error instanceof DomainError)) throw error;
  const [problem] = error.problems;
  return {
    row,
    status,
    code: error.code,
    message: problem?.message ?? error.message,
    field: problem?.path?.join('.') ?? '',
  };
};
