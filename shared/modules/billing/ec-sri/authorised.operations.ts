import { DomainError, given, type Context } from '#kernel';
import { CreditNote, Invoice } from '#modules/billing/invoices';
import { storeFile } from '#modules/platform/files';
import { queueMail } from '#modules/platform/mail-out';
import { canonicalXml } from './canonical-xml.rules.ts';
import {
  ElectronicDocument,
  type ElectronicDocumentRow,
  type ElectronicMessage,
} from './electronic-document.entity.ts';
import { renderRide } from './ride.operations.ts';
import { ecuadorTime } from './signing.rules.ts';
import type { Authorisation } from './soap.rules.ts';

/** An authorisation that was given. */
export type Granted = Extract<Authorisation, { state: 'AUTHORIZED' }>;

/** Keeps what the SRI has authorised, makes the paper, and mails both to the buyer: once, because it is one write. */
export const authorise = async (
  context: Context,
  row: ElectronicDocumentRow,
  granted: Granted,
  messages: readonly ElectronicMessage[],
): Promise<void> => {
  const file = (name: string, contentType: string, body: string | Uint8Array) =>
    storeFile(context, { name: `${row.accessKey}${name}`, contentType, body, record: row.id });
  const authorization = await file('-autorizado.xml', 'application/xml', authorisationXml(row, granted));
  const ride = await file('.pdf', 'application/pdf', await renderRide(context, row, granted.at));
  const mail = await mailTo(context, row, [authorization.id, ride.id]);
  context.trusted(ElectronicDocument).move(row, 'AUTHORIZED', {
    messages,
    authorization: authorization.id,
    authorizedAt: granted.at,
    ride: ride.id,
    stepAt: null,
    ...given({ mail }),
  });
};

const authorisationXml = ({ environment }: ElectronicDocumentRow, { number, at, document }: Granted): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${canonicalXml('autorizacion', {
    estado: 'AUTORIZADO',
    numeroAutorizacion: number,
    fechaAutorizacion: ecuadorTime(new Date(at)),
    ambiente: environment === 'TEST' ? 'PRUEBAS' : 'PRODUCCION',
    comprobante: document,
  })}`;

/** Nobody to write to, or nobody who may be written to, keeps no document from being authorised. */
const mailTo = async (
  context: Context,
  row: ElectronicDocumentRow,
  attachments: readonly string[],
): Promise<string | undefined> => {
  const { name, email } = await buyerOf(context, row);
  if (email === undefined) return undefined;
  const { issuer, number, kind, accessKey } = row;
  const data = { name, issuer: issuer.tradeName ?? issuer.legalName, number, kind, accessKey };
  try {
    const order = { to: [email], template: 'electronic-document', data, record: row.id, attachments };
    return (await queueMail(context, order)).id;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'SUPPRESSED') return undefined;
    throw error;
  }
};

type Reader = { readonly name?: string; readonly email?: string };

const buyerOf = async ({ trusted }: Context, row: ElectronicDocumentRow): Promise<Reader> => {
  const { corrections: { buyerName, email } = {} } = row;
  return { ...(await namedIn(trusted, row)), ...given({ name: buyerName, email }) };
};

const namedIn = async (
  trusted: Context['trusted'],
  { invoice, creditNote }: ElectronicDocumentRow,
): Promise<Reader | undefined> => {
  if (invoice !== undefined) return (await trusted(Invoice).get(invoice)).buyer;
  return creditNote === undefined ? undefined : (await trusted(CreditNote).get(creditNote)).buyer;
};
