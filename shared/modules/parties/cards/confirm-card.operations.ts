import {
  boolean,
  choice,
  creation,
  DomainError,
  list,
  mutation,
  optional,
  record,
  ref,
  timer,
  versionInput,
  type ChangesOf,
  type Context,
  type InputOf,
} from '#kernel';
import { createAccount, type AccountRow } from '#modules/parties/accounts';
import { Contact, createContact, type ContactRow } from '#modules/parties/contacts';
import { File, fileKey } from '#modules/platform/files';
import { accountValues, contactValues } from './card-draft.rules.ts';
import { cardFieldNames, certain, type CardField } from './card-fields.rules.ts';
import { CardScan, type CardScanRow } from './card-scan.entity.ts';

type Given = InputOf<typeof Contact>;

export const confirmCard = creation(Contact, 'confirmCard', {
  describes:
    'Saves what a card says as a contact. Values that are sure (0.8 and more) are taken as they were read, others only when `accept` names them; values that you give win over both.',
  needs: 'contact.create',
  input: {
    id: ref('CardScan', { describes: 'Which card.' }),
    version: versionInput,
    accept: optional(
      list(choice(cardFieldNames, { named: 'CardFieldName', describes: 'A field.' }), {
        describes: 'Fields whose doubtful values somebody has looked at and found right.',
      }),
    ),
    into: optional(
      ref('Contact', {
        describes:
          'A contact that there is already: what it lacks is filled, nothing is replaced but by what you give.',
      }),
    ),
    makeAccount: optional(
      boolean({
        describes: 'Makes an account of the company too, with website and address. Needs the right to make accounts.',
      }),
    ),
    keepPicture: optional(
      boolean({ describes: 'Keeps the picture with the contact. Say it only when the person has allowed it.' }),
    ),
  },
  returns: { contact: record(Contact, 'The contact.'), card: record(CardScan, 'The card.') },
  fails: ['CARD_USED', 'COMPANY_MISSING', 'NAME_MISSING'],
  run: async ({ id, accept = [], into, makeAccount = false, keepPicture = false, values }, context) => {
    const card = await openCard(context, id);
    const fields = card.fields.filter((field) => field.confidence >= certain || accept.includes(field.name));
    const account = makeAccount ? await accountOf(context, fields, values) : undefined;
    const given = { ...values, ...(account && { account: account.id }) };
    const contact =
      into === undefined
        ? await context.run(createContact, { values: { ...contactValues(fields), ...given } })
        : fill(context, await context.data(Contact).get(into), contactValues(fields), given);
    if (keepPicture) await keep(context, card, contact);
    return {
      contact,
      card: context.data(CardScan).move(card, 'SAVED', {
        contact: contact.id,
        ...(keepPicture && { pictureUntil: null }),
      }),
    };
  },
});

/** A card that waits for its answer. @throws CARD_USED */
const openCard = async ({ data }: Context, id: string): Promise<CardScanRow> => {
  const card = await data(CardScan).get(id);
  if (card.status === 'DRAFT') return card;
  throw new DomainError('CARD_USED', 'This card was saved or discarded before.', ['id']);
};

const accountOf = ({ run }: Context, fields: readonly CardField[], given: Given): Promise<AccountRow> => {
  const name = given.organisationName ?? contactValues(fields).organisationName;
  if (name === undefined)
    throw new DomainError('COMPANY_MISSING', 'Nobody is sure of the company: give organisationName, or accept it.', [
      'organisationName',
    ]);
  return run(createAccount, { values: { ...accountValues(fields), name } });
};

/** Fills what a contact lacks; phones and addresses come beside those that it has. */
const fill = (
  { data }: Context,
  contact: ContactRow,
  read: ReturnType<typeof contactValues>,
  { type: _type, ...given }: Given,
): ContactRow => {
  const { phones = [], emails = [], ...single } = read;
  const numbers = (contact.phones ?? []).map(({ number }) => number);
  const addresses = (contact.emails ?? []).map(({ address }) => address);
  const changes: ChangesOf<typeof Contact> = {
    ...Object.fromEntries(Object.entries(single).filter(([name]) => contact[name as keyof ContactRow] === undefined)),
    phones: [...(contact.phones ?? []), ...phones.filter(({ number }) => !numbers.includes(number))],
    emails: [...(contact.emails ?? []), ...emails.filter(({ address }) => !addresses.includes(address))],
    ...given,
  };
  return data(Contact).update(contact, changes);
};

/** From now on the picture is the contact's. */
const keep = async ({ trusted }: Context, card: CardScanRow, contact: ContactRow): Promise<void> => {
  trusted(File).update(await trusted(File).get(card.file), { record: contact.id });
};

export const discardCard = mutation('discardCard', {
  describes: 'Says that a card is not wanted. Its picture is deleted within a minute.',
  needs: 'cardScan.update',
  input: { id: ref('CardScan', { describes: 'Which card.' }), version: versionInput },
  returns: CardScan,
  fails: ['CARD_USED'],
  run: async ({ id }, context) =>
    context.data(CardScan).move(await openCard(context, id), 'DISCARDED', { pictureUntil: context.clock.instant() }),
});

/** Pictures of people who were not asked do not stay. */
export const dropPicture = timer(CardScan, {
  describes: 'Deletes the picture of a card when its time is over.',
  run: async (card, { trusted, ports, actor, afterCommit }) => {
    const file = await trusted(File).find(card.file);
    if (file && file.archivedAt === undefined) trusted(File).archive(file);
    trusted(CardScan).update(card, { pictureUntil: null }, { event: 'cardScan.pictureDeleted' });
    afterCommit(() => ports.files.delete(fileKey(actor.tenant, card.file)));
  },
});
