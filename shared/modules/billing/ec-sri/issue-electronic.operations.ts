// The electronic document that is made in the write that issues an invoice, a credit note or a remission guide.
import { DomainError, given, problemsError, type AnyRow, type Context } from '#kernel';
import { EmissionPoint, type CreditNoteRow, type DocumentIssuing, type InvoiceRow } from '#modules/billing/invoices';
import { accessKeyOf } from './access-key.rules.ts';
import { announce } from './announce.operations.ts';
import { documentCodes, type ElectronicKind } from './codes.rules.ts';
import { sizeProblems } from './document-checks.rules.ts';
import { sriDocument } from './document-model.operations.ts';
import { documentXml } from './document-xml.rules.ts';
import { ElectronicDocument, type ElectronicDocumentRow } from './electronic-document.entity.ts';
import { SriIssuer, type SriIssuerRow } from './sri-issuer.entity.ts';

const country = 'EC';
const numbered = /^(\d{3})-(\d{3})-(\d{9})$/;

/** The taxpayer who issues in this tenant; undefined elsewhere than in Ecuador, or where documents are not sent. */
export const issuerOf = async ({ actor, trusted }: Context): Promise<SriIssuerRow | undefined> =>
  actor.country === country ? trusted(SriIssuer).findUnique('place', 'issuer') : undefined;

/** Invoices and credit notes of a taxpayer of Ecuador get their electronic document as they are issued. */
export const issueElectronically: DocumentIssuing = {
  name: 'ec-sri',
  async run(context, document) {
    const issuer = await issuerOf(context);
    if (!issuer) return;
    const isInvoice = document.id.startsWith('inv_');
    await makeElectronic(context, issuer, {
      row: document,
      kind: isInvoice ? 'INVOICE' : 'CREDIT_NOTE',
      ...(isInvoice ? { invoice: document.id } : { creditNote: document.id }),
      ...issuedAs(document),
    });
  },
};

const issuedAs = ({ account, number = '', issuedOn = '', emissionPoint }: InvoiceRow | CreditNoteRow) =>
  given({ account, number, issuedOn, emissionPoint });

/** What is issued: its row, and where it stands among documents. */
export type Issued = {
  readonly row: AnyRow;
  readonly kind: ElectronicKind;
  readonly account: string;
  readonly number: string;
  readonly issuedOn: string;
  readonly emissionPoint?: string;
  readonly invoice?: string;
  readonly creditNote?: string;
  readonly guide?: string;
};

/** Makes it in the caller's write: with its access key, looked over, ready to be signed. @throws BAD_INPUT */
export const makeElectronic = async (
  context: Context,
  issuer: SriIssuerRow,
  { row, emissionPoint, ...issued }: Issued,
): Promise<ElectronicDocumentRow> => {
  const point = emissionPoint === undefined ? undefined : await context.trusted(EmissionPoint).find(emissionPoint);
  const values = {
    ...issued,
    document: row.id,
    environment: issuer.environment,
    accessKey: keyOf(issuer, row.id, issued),
    issuer: { ...snapshotOf(issuer), ...given({ establishmentAddress: point?.address }) },
  };
  const xml = documentXml(await sriDocument(context, values, row));
  const problems = sizeProblems(xml);
  if (problems.length > 0) throw problemsError(problems);
  const now = context.clock.instant();
  const made = context.trusted(ElectronicDocument).create({ ...values, messages: [], tries: 0, stepAt: now });
  context.afterCommit(() => announce(context, made));
  return made;
};

const keyOf = (
  { ruc, environment }: SriIssuerRow,
  recordId: string,
  { number, issuedOn, kind }: Omit<Issued, 'row'>,
) => {
  const [, establishment, emissionPoint, sequence] = numbered.exec(number) ?? [];
  if (establishment === undefined || emissionPoint === undefined)
    throw new DomainError('BAD_INPUT', `${number} is no number for the SRI: its emission point is as 001-001.`, [
      'emissionPoint',
    ]);
  return accessKeyOf({
    issuedOn,
    documentCode: documentCodes[kind],
    ruc,
    environment: environment === 'TEST' ? '1' : '2',
    establishment,
    emissionPoint,
    sequence: Number(sequence),
    recordId,
  });
};

/** The issuer as documents of this moment name it. */
export const snapshotOf = (issuer: SriIssuerRow) =>
  given({
    ruc: issuer.ruc,
    legalName: issuer.legalName,
    tradeName: issuer.tradeName,
    mainAddress: issuer.mainAddress,
    keepsAccounts: issuer.keepsAccounts,
    specialTaxpayer: issuer.specialTaxpayer,
    withholdingAgent: issuer.withholdingAgent,
    isRimpe: issuer.isRimpe,
    paymentMethod: issuer.paymentMethod,
    softwareProvider: issuer.softwareProvider,
  });
