import {
  defaulted,
  DomainError,
  given,
  integer,
  mutation,
  ref,
  versionInput,
  type Context,
  type Locale,
} from '#kernel';
import { openTaxBook } from '#modules/catalog/taxes';
import { Account } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { storeFile } from '#modules/platform/files';
import { letterheadOf, renderDocument } from '#modules/platform/pdf';
import { dayAfter, dayStart, localeOf } from '#modules/platform/settings';
import { requestSignature, type SigningSubject, sha256 } from '#modules/platform/signing';
import { contractDocument } from './contract-document.rules.ts';
import { activate } from './contract-life.operations.ts';
import { Contract, type ContractRow } from './contract.entity.ts';

const kind = 'contract';

export const sendContract = mutation('sendContract', {
  describes:
    'Sends a contract to be signed: the document is made and kept as it is, the contact gets a mail with a link to the page on which it is signed. Signed, it runs.',
  needs: 'contract.send',
  input: {
    id: ref('Contract', { describes: 'Which one: a draft.' }),
    version: versionInput,
    days: defaulted(integer({ min: 1, max: 365, describes: 'For how many days it can be signed.' }), 30),
  },
  returns: Contract,
  fails: ['NO_CONTACT', 'NO_EMAIL', 'SUPPRESSED'],
  run: async ({ id, days }, context) => {
    const contract = await context.data(Contract).get(id);
    assertDraft(contract);
    const signer = await signerOf(contract, context);
    const { document, locale } = await drawUp(contract, signer, context);
    const until = dayStart(dayAfter(context.clock.today(), days + 1), context.actor.timeZone);
    await requestSignature(context, {
      ...{ about: id, kind, document, locale, until, subject: headingOf(contract) },
      signers: [given({ name: signer.name, email: signer.email, role: signer.jobTitle })],
      ...given({ owner: contract.ownerId }),
    });
    const sent = { pdf: document.file, pdfSha256: document.sha256, sentAt: context.clock.instant(), locale };
    return context.data(Contract).move(contract, 'SENT', sent);
  },
});

const assertDraft = ({ status }: ContractRow): void => {
  if (status !== 'DRAFT') throw new DomainError('INVALID_STATE', `It is ${status}; a draft is sent.`, ['id']);
};

const headingOf = ({ number, subject }: ContractRow): string => `${number} ${subject}`;

const signerOf = async ({ contact }: ContractRow, { data }: Context): Promise<ContactRow> => {
  if (contact === undefined) throw new DomainError('NO_CONTACT', 'Say which contact signs the contract.', ['id']);
  return data(Contact).get(contact);
};

/** Makes the document and keeps it with the contract. */
const drawUp = async (contract: ContractRow, contact: ContactRow | undefined, context: Context) => {
  const locale = contract.locale ?? localeOf(contact?.language, context.actor.locale);
  const body = await renderContract(contract, contact, locale, context);
  const name = `${contract.number}.pdf`;
  const file = await storeFile(context, { name, contentType: 'application/pdf', body, record: contract.id });
  return { document: { file: file.id, sha256: sha256(body) }, locale };
};

const renderContract = async (
  contract: ContractRow,
  contact: ContactRow | undefined,
  locale: Locale,
  context: Context,
): Promise<Uint8Array> => {
  const { actor, clock, trusted } = context;
  const [account, letterhead, book] = await Promise.all([
    trusted(Account).get(contract.account),
    letterheadOf(context),
    openTaxBook(context, contract.pricedOn),
  ]);
  const [place] = account.addresses ?? [];
  const lines = [account.taxId, [place?.street, place?.city].filter(Boolean).join(', ')];
  const about = given({
    ...{ locale, madeAt: clock.instant(), contact: contact?.name },
    account: {
      name: account.legalName ?? account.name,
      lines: lines.flatMap((line) => (line === undefined || line === '' ? [] : [line])),
    },
    taxNames: new Map(book.rates.map((rate) => [rate.code, rate[locale]])),
  });
  const { country, timeZone } = actor;
  return renderDocument(contractDocument(contract, about), letterhead, { locale, country, timeZone });
};

/** What becomes of a contract whose document is signed, on a page or on a device of ours, or is not. */
export const contractSigning: SigningSubject = {
  kind,
  idPrefix: Contract.idPrefix,
  present: async (context, id) => {
    const contract = await context.data(Contract).get(id);
    const { pdf: file, pdfSha256: sha256 } = contract;
    const about = { subject: headingOf(contract), ...given({ owner: contract.ownerId }) };
    if (contract.status === 'SENT' && file !== undefined && sha256 !== undefined)
      return { ...about, document: { file, sha256 }, locale: contract.locale ?? context.actor.locale };
    assertDraft(contract);
    const contact = contract.contact === undefined ? undefined : await context.data(Contact).get(contract.contact);
    return { ...about, ...(await drawUp(contract, contact, context)) };
  },
  signed: async (context, { about, signer, document, documentSha256 }) => {
    const contract = await context.trusted(Contract).get(about);
    activate(context, contract, signer.name, { pdf: document, pdfSha256: documentSha256 });
  },
  declined: async ({ trusted }, { about, reason }) => {
    const contract = await trusted(Contract).get(about);
    if (contract.status === 'SENT') trusted(Contract).move(contract, 'DRAFT', { reason: reason ?? null }, declined);
  },
};

const declined = { event: 'contract.declined' };
