// Catalogues given to people: by mail, by a link, to all of a segment; each one notes who opened it.
import {
  DomainError,
  given,
  job,
  longText,
  mutation,
  optional,
  query,
  ref,
  url,
  type Context,
  type Piece,
  type PieceOutcome,
  type RowResult,
} from '#kernel';
import { linkTo } from '#kernel/run-page';
import { Contact, mayReach, type ContactRow } from '#modules/parties/contacts';
import { Segment, selectedIn } from '#modules/parties/segments';
import { Job, startJob } from '#modules/platform/jobs';
import { queueMail } from '#modules/platform/mail-out';
import { CatalogueShare, type CatalogueShareRow } from './catalogue-share.entity.ts';
import { Catalogue, type CatalogueRow } from './catalogue.entity.ts';

/** The purpose of the link, and of its page. */
export const purpose = 'catalogue';

const catalogue = ref('Catalogue', { describes: 'Which catalogue; a published one.' });
const message = optional(longText({ max: 5000, describes: 'What is said with it, in plain text.' }));

export const shareCatalogue = mutation('shareCatalogue', {
  describes: 'Makes a link to a catalogue, to be given by hand: `catalogueLink` says it. Who opens it is noted.',
  needs: 'catalogueShare.create',
  input: { catalogue, contact: optional(ref('Contact', { describes: 'Who gets it; nobody: it is for everybody.' })) },
  returns: CatalogueShare,
  run: async ({ catalogue: id, contact }, context) => {
    const shown = await publishedOne(context, id);
    return share(context, shown, contact === undefined ? undefined : await context.data(Contact).get(contact));
  },
});

export const catalogueLink = query('catalogueLink', {
  describes: 'The address of the page of a catalogue for whom it was shared with.',
  needs: 'catalogueShare.read',
  input: { share: ref('CatalogueShare', { describes: 'Which share.' }) },
  returns: { url: url({ describes: 'The address; whoever has it sees the catalogue.' }) },
  run: async ({ share: id }, context) => {
    const { until } = await context.data(CatalogueShare).get(id);
    return { url: await linkTo(context, { purpose, record: id, until }) };
  },
});

export const sendCatalogue = mutation('sendCatalogue', {
  describes: 'Sends a catalogue to a contact: a mail in the language of the contact with a link to its page.',
  needs: 'catalogueShare.create',
  input: { catalogue, contact: ref('Contact', { describes: 'Who gets it.' }), message },
  returns: CatalogueShare,
  fails: ['NO_EMAIL', 'SUPPRESSED', 'NO_CONSENT'],
  run: async ({ catalogue: id, contact, message: said }, context) => {
    const shown = await publishedOne(context, id);
    return send(context, shown, await context.data(Contact).get(contact), said);
  },
});

export const revokeCatalogueShare = mutation('revokeCatalogueShare', {
  describes: 'Ends one link to a catalogue: its page says that it is no longer there.',
  needs: 'catalogueShare.update',
  input: { id: ref('CatalogueShare', { describes: 'Which link.' }) },
  returns: CatalogueShare,
  run: async ({ id }, { data }) => {
    const found = await data(CatalogueShare).get(id);
    return found.status === 'REVOKED' ? found : data(CatalogueShare).move(found, 'REVOKED');
  },
});

type Many = { readonly catalogue: string; readonly segment: string; readonly message?: string };

/** Sends a catalogue to the contacts of a segment; whoever has no address or does not want mail is a skipped row. */
export const sendCatalogueJob = job<Many>('sendCatalogueToSegment', {
  describes: 'Sends a catalogue to the contacts of a segment.',
  needs: 'catalogueShare.create',
  total: () => Promise.resolve(undefined),
  chunk: async ({ catalogue: id, segment, message: said }, cursor, context) => {
    const shown = await publishedOne(context, id);
    const { rows, next } = await selectedIn(context, Contact.name, { segment }, cursor);
    const outcomes = await context.together(
      rows.map((contact): Piece => ({
        key: `catalogue ${id} ${contact.id}`,
        run: (within) => send(within, shown, contact as ContactRow, said),
      })),
    );
    const results = outcomes.map((outcome, index) => resultOf(outcome, index, rows[index]?.id ?? ''));
    return { results, ...given({ next }) };
  },
});

/** Whom mail does not reach is left out; anything else that fails is a failure. */
const leftOut = ['NO_EMAIL', 'NO_CONSENT', 'SUPPRESSED'];

const resultOf = ({ status, record, error }: PieceOutcome, index: number, contact: string): RowResult => {
  const row = index + 1;
  if (status !== 'failed') return { row, record: record ?? contact, status };
  if (!(error instanceof DomainError) || !leftOut.includes(error.code)) throw error;
  return { row, record: contact, status: 'skipped', code: error.code, message: error.message };
};

export const sendCatalogueToSegment = mutation('sendCatalogueToSegment', {
  describes:
    'Sends a catalogue to all contacts of a segment that you may see, by a job: `jobResults` says who was left out, and why.',
  needs: 'catalogueShare.create',
  input: {
    catalogue,
    segment: optional(ref('Segment', { describes: 'A segment of contacts; the one of the catalogue when not said.' })),
    message,
  },
  returns: Job,
  fails: ['NO_SEGMENT'],
  run: async ({ catalogue: id, segment, message: said }, context) => {
    const shown = await publishedOne(context, id);
    const among = segment ?? shown.segment;
    if (among === undefined) throw new DomainError('NO_SEGMENT', 'Say which segment gets it.', ['segment']);
    const { recordType } = await context.data(Segment).get(among);
    if (recordType !== Contact.name)
      throw new DomainError('NO_SEGMENT', `This segment holds records of ${recordType}, not contacts.`, ['segment']);
    return startJob(context, sendCatalogueJob, given({ catalogue: id, segment: among, message: said }), {
      subject: id,
    });
  },
});

const publishedOne = async ({ data }: Context, id: string): Promise<CatalogueRow> => {
  const found = await data(Catalogue).get(id);
  if (found.status === 'PUBLISHED') return found;
  throw new DomainError('INVALID_STATE', `It is ${found.status}; a published catalogue is shared.`, ['catalogue']);
};

const send = async (
  context: Context,
  shown: CatalogueRow,
  contact: ContactRow,
  said: string | undefined,
): Promise<CatalogueShareRow> => {
  if (contact.email === undefined)
    throw new DomainError('NO_EMAIL', `${contact.name} has no e-mail address.`, ['contact']);
  if (mayReach(contact, 'EMAIL') === false)
    throw new DomainError('NO_CONSENT', `${contact.name} does not want to be written to.`, ['contact']);
  const [id, until] = [context.ids.next(CatalogueShare.idPrefix), endOf(shown)];
  const mail = await queueMail(context, {
    to: [contact.email],
    kind: 'MARKETING',
    consent: 'NOT_REFUSED',
    template: 'catalogue',
    ...(shown.locale && { locale: shown.locale }),
    data: { catalogue: shown.name, name: contact.firstName ?? contact.name, message: said, until },
    record: contact.id,
    links: [{ name: 'open', purpose, record: id, until }],
    ...given({ owner: context.actor.userId }),
  });
  return share(context, shown, contact, { id, mail: mail.id });
};

const share = (
  { data, ids, actor }: Context,
  shown: CatalogueRow,
  contact: ContactRow | undefined,
  { id = ids.next(CatalogueShare.idPrefix), mail }: { readonly id?: string; readonly mail?: string } = {},
): CatalogueShareRow =>
  data(CatalogueShare).create(
    given({
      ...{ catalogue: shown.id, contact: contact?.id, account: contact?.account, mail },
      ...{ until: endOf(shown), views: 0, downloads: 0, owner: actor.userId },
    }),
    { id },
  );

const endOf = ({ openUntil = '' }: CatalogueRow): string => openUntil;
