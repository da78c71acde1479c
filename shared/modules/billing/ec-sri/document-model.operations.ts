// Our documents as the SRI wants them, made of what is stored: the same document is the same XML at any time.
import { DomainError, given, problemsError, type AnyRow, type Context } from '#kernel';
import { CreditNote, type CreditNoteRow } from '#modules/billing/invoices';
import { openTaxBook } from '#modules/catalog/taxes';
import { documentProblems } from './document-checks.rules.ts';
import { ElectronicDocument, type ElectronicDocumentRow } from './electronic-document.entity.ts';
import { RemissionGuide, type RemissionGuideRow } from './remission-guide.entity.ts';
import type {
  ElectronicCreditNote,
  ElectronicInvoice,
  ElectronicWaybill,
  Heading,
  SriDocument,
} from './sri-document.rules.ts';
import { SriInvoice, type SriInvoiceRow } from './sri-invoice.entity.ts';
import { notesOf, sriBuyer, sriLine, UnknownTax, type Authorities } from './sri-lines.rules.ts';

/** What of an electronic document its XML is made of, besides the document itself. */
export type Envelope = Pick<
  ElectronicDocumentRow,
  'document' | 'kind' | 'number' | 'issuedOn' | 'environment' | 'accessKey' | 'issuer' | 'corrections'
>;

/** The document as the SRI wants it. `row` where the caller has it. @throws BAD_INPUT for what the SRI would refuse */
export const sriDocument = async (context: Context, envelope: Envelope, row?: AnyRow): Promise<SriDocument> => {
  const made = await makers[envelope.kind](context, envelope, row);
  const problems = documentProblems(made);
  if (problems.length > 0) throw problemsError(problems);
  return made;
};

type Maker = (context: Context, envelope: Envelope, row: AnyRow | undefined) => Promise<SriDocument>;

const makers: Readonly<Record<Envelope['kind'], Maker>> = {
  INVOICE: async (context, envelope, row) => {
    const invoice = (row as SriInvoiceRow | undefined) ?? (await context.trusted(SriInvoice).get(envelope.document));
    return invoiceOf(invoice, envelope, await authoritiesOf(context, envelope.issuedOn));
  },
  CREDIT_NOTE: async (context, envelope, row) => {
    const note = (row as CreditNoteRow | undefined) ?? (await context.trusted(CreditNote).get(envelope.document));
    return creditNoteOf(note, envelope, await authoritiesOf(context, note.invoiceIssuedOn));
  },
  WAYBILL: async (context, envelope, row) => {
    const guide =
      (row as RemissionGuideRow | undefined) ?? (await context.trusted(RemissionGuide).get(envelope.document));
    const sold =
      guide.invoice === undefined
        ? undefined
        : await context.trusted(ElectronicDocument).findUnique('document', guide.invoice);
    return waybillOf(guide, envelope, sold);
  },
};

const authoritiesOf = async (context: Context, day: string): Promise<Authorities> => {
  const { rates } = await openTaxBook(context, day);
  return new Map(rates.flatMap(({ code, authority }) => (authority ? [[code, authority] as const] : [])));
};

const headingOf = ({ issuer, environment, accessKey, issuedOn, number }: Envelope): Heading => {
  const [establishment = '', emissionPoint = '', sequence = ''] = number.split('-');
  return { issuer, environment, accessKey, issuedOn, establishment, emissionPoint, sequence: Number(sequence) };
};

const linesOf = (lines: readonly Parameters<typeof sriLine>[0][], authorities: Authorities) => {
  try {
    return lines.map((line) => sriLine(line, authorities));
  } catch (error) {
    if (error instanceof UnknownTax) throw new DomainError('BAD_INPUT', error.message, ['lines']);
    throw error;
  }
};

const invoiceOf = (invoice: SriInvoiceRow, envelope: Envelope, authorities: Authorities): ElectronicInvoice => {
  const { buyer, reference, notes, paymentDays = 0, deductions, totals } = invoice;
  if (deductions.length > 0)
    throw new DomainError('BAD_INPUT', 'In Ecuador an advance is taken off by a credit note, not by a negative line.', [
      'deductions',
    ]);
  const { total } = totals;
  const { sriPaymentMethod: method = envelope.issuer.paymentMethod } = invoice;
  return {
    ...headingOf(envelope),
    kind: 'INVOICE',
    buyer: sriBuyer(buyer, envelope.corrections),
    lines: linesOf(invoice.lines, authorities),
    total,
    payments: [given({ method, amount: total, days: paymentDays > 0 ? paymentDays : undefined })],
    notes: notesOf({
      Email: envelope.corrections?.email ?? buyer.email,
      Teléfono: buyer.phone,
      Referencia: reference,
      Observaciones: notes,
    }),
  };
};

const creditNoteOf = (note: CreditNoteRow, envelope: Envelope, authorities: Authorities): ElectronicCreditNote => ({
  ...headingOf(envelope),
  kind: 'CREDIT_NOTE',
  buyer: sriBuyer(note.buyer, envelope.corrections),
  lines: linesOf(note.lines, authorities),
  total: note.total,
  reason: note.reason,
  of: { number: note.invoiceNumber, issuedOn: note.invoiceIssuedOn },
  notes: notesOf({ Email: envelope.corrections?.email ?? note.buyer.email, Observaciones: note.notes }),
});

const waybillOf = (
  guide: RemissionGuideRow,
  envelope: Envelope,
  sold: ElectronicDocumentRow | undefined,
): ElectronicWaybill => ({
  ...headingOf(envelope),
  kind: 'WAYBILL',
  from: guide.from,
  carrier: { idType: guide.carrierIdType, id: guide.carrierId, name: guide.carrierName },
  plate: guide.plate,
  startsOn: guide.startsOn,
  endsOn: guide.endsOn,
  receivers: [
    given({
      id: guide.receiverId,
      name: guide.receiverName,
      address: guide.to,
      reason: guide.reason,
      route: guide.route,
      customsDocument: guide.customsDocument,
      destinationCode: guide.destinationCode,
      of: sold && { number: sold.number, accessKey: sold.accessKey, issuedOn: sold.issuedOn },
      lines: guide.lines.map(({ code, description, quantity }) => ({ code, description, quantity })),
    }),
  ],
});
