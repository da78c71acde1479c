// The next place of a series: number, day, seal. Taken in the write that issues the document, so that none is lost or taken twice.
import { given, type Context } from '#kernel';
import { derivedId } from '#kernel/ids';
import { takeDocumentNumber } from '#modules/platform/numbering';
import type { CreditNoteRow } from './credit-note.entity.ts';
import { DocumentChain, DocumentPlace, type DocumentChainRow, type IssueQueue } from './document-chain.entity.ts';
import { BillingTenant } from './emission-point.entity.ts';
import { pointFor } from './emission-point.operations.ts';
import type { InvoiceRow } from './invoice.entity.ts';
import { assertDay } from './issuing.rules.ts';
import { noSeal, sealOf } from './seal.rules.ts';
import { seriesOf, type SeriesKind } from './series.rules.ts';

/** The id of the head, the queue or a place of a series: whoever makes it first makes the same one. */
export const headId = (
  { idPrefix }: typeof DocumentChain | typeof IssueQueue | typeof DocumentPlace,
  { actor }: Pick<Context, 'actor'>,
  series: string,
): string => derivedId(idPrefix, 'series of documents', [actor.tenant, series]);

/** The last day of closed books. */
export const closedUntil = async ({ trusted, actor }: Context): Promise<string | undefined> =>
  (await trusted(BillingTenant).find(actor.tenant))?.closedUntil;

/** What a document has once it is issued. */
export type Place = {
  readonly emissionPoint: string;
  readonly series: string;
  readonly number: string;
  readonly issuedOn: string;
  readonly issuedAt: string;
  readonly chainIndex: number;
  readonly previousHash: string;
};

/** Takes the next place. @throws NO_EMISSION_POINT, IN_FUTURE, PERIOD_CLOSED, OUT_OF_ORDER */
export const takePlace = async (
  context: Context,
  kind: SeriesKind,
  { emissionPoint, on }: { readonly emissionPoint?: string; readonly on?: string },
): Promise<Place> => {
  const { clock } = context;
  const [point, closed] = await Promise.all([pointFor(context, emissionPoint), closedUntil(context)]);
  const series = seriesOf(kind, point.code);
  const [chain, number] = await Promise.all([headOf(context, series), takeDocumentNumber(context, series)]);
  const issuedOn = on ?? clock.today();
  assertDay(issuedOn, given({ today: clock.today(), closedUntil: closed, lastDay: chain?.lastDay }));
  const chainIndex = (chain?.length ?? 0) + 1;
  return {
    ...{ emissionPoint: point.id, series, issuedOn, chainIndex },
    number,
    issuedAt: clock.instant(),
    previousHash: chain?.lastHash ?? noSeal,
  };
};

/** Series and place in one. */
export const placeIn = (series: string, index: number): string => `${series}#${String(index)}`;

/** The head of a series, once something of it was issued. */
export const headOf = (context: Context, series: string): Promise<DocumentChainRow | undefined> =>
  context.trusted(DocumentChain).find(headId(DocumentChain, context, series));

/** Seals a document at its place, which is taken; the head of the series moves on to it. Answers the seal. */
export const sealAt = async (
  context: Context,
  { series, chainIndex, issuedOn, previousHash }: Place,
  document: InvoiceRow | CreditNoteRow,
): Promise<string> => {
  const lastHash = sealOf(document, previousHash);
  const head = { length: chainIndex, lastHash, lastDay: issuedOn };
  const chain = await headOf(context, series);
  const taken = placeIn(series, chainIndex);
  context
    .trusted(DocumentPlace)
    .create({ place: taken, document: document.id }, { id: headId(DocumentPlace, context, taken) });
  const chains = context.trusted(DocumentChain);
  if (chain) chains.update(chain, head, { aside: true });
  else chains.create({ series, ...head }, { id: headId(DocumentChain, context, series) });
  return lastHash;
};
