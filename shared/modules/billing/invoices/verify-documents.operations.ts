// Whether all that was issued still stands as it was sealed: each place of a series is taken, in order, by an unchanged document.
import { choice, defaulted, integer, list, object, optional, query, ref, text, type Context } from '#kernel';
import { CreditNote, type CreditNoteRow } from './credit-note.entity.ts';
import { DocumentChain, DocumentPlace, type DocumentChainRow } from './document-chain.entity.ts';
import { Invoice, type InvoiceRow } from './invoice.entity.ts';
import { headId, headOf, placeIn } from './place.operations.ts';
import { chainProblems, problemAt, type ChainProblem } from './seal.rules.ts';

/** Places that one call looks at. */
const mostPlaces = 500;

export const documentSeries = query('documentSeries', {
  describes: 'The series of issued documents, and how many there are in each.',
  needs: 'invoice.verify',
  input: {},
  returns: {
    series: list(
      object('DocumentSeries', {
        series: text({ max: 40, describes: 'The series: `invoice/001-001`.' }),
        length: integer({ describes: 'How many documents were issued.' }),
        lastHash: text({ max: 64, describes: 'The seal of the last one: kept elsewhere it proves all before it.' }),
      }),
      { max: 100, describes: 'All of them.' },
    ),
  },
  run: async (_input, { trusted }) => {
    const { rows } = await trusted(DocumentChain).page('all', { first: 100 });
    return { series: rows.map(({ series, length, lastHash }) => ({ series, length, lastHash })) };
  },
});

export const verifyDocuments = query('verifyDocuments', {
  describes:
    'Looks at the issued documents of a series, in order: whether one was changed, taken out, or put into another place since it was issued. Answers all that it finds.',
  needs: 'invoice.verify',
  input: {
    series: text({ max: 40, describes: 'The series: `invoice/001-001`, `credit-note/001-001`.' }),
    after: defaulted(
      integer({ min: 0, describes: 'The place behind which it begins; from the first one when absent.' }),
      0,
    ),
    first: defaulted(integer({ min: 1, max: mostPlaces, describes: 'How many places it looks at.' }), 100),
  },
  returns: {
    checked: integer({ describes: 'How many places were looked at.' }),
    problems: list(
      object('DocumentProblem', {
        place: integer({ describes: 'Which place of the series.' }),
        problem: choice(chainProblems, {
          named: 'ChainProblem',
          describes:
            'CHANGED when the content is not what was sealed, REMOVED when nobody stands there, REORDERED when it does not follow the one before it.',
        }),
        record: optional(ref('*', { describes: 'The document that stands there.' })),
        number: optional(text({ max: 60, describes: 'Its number.' })),
      }),
      { max: mostPlaces, describes: 'What was found, in order; nothing when all is well.' },
    ),
    next: optional(integer({ describes: 'What to give as `after` to go on; absent at the end.' })),
  },
  run: async ({ series, after, first }, context) => {
    const chain = await headOf(context, series);
    const last = Math.min(after + first, chain?.length ?? 0);
    const places = Array.from({ length: Math.max(0, last - after) }, (_, index) => after + index + 1);
    const documents = await documentsAt(context, series, [after, ...places]);
    const problems = places.flatMap((place) => problemsAt(place, documents, chain));
    return { checked: places.length, problems, ...(chain && last < chain.length && { next: last }) };
  },
});

type Document = InvoiceRow | CreditNoteRow;
type Documents = ReadonlyMap<number, Document>;

/** Documents with their lines; a document is whole only when it is read for itself. */
const documentsAt = async (context: Context, series: string, places: readonly number[]): Promise<Documents> => {
  const ids = places.map((place) => headId(DocumentPlace, context, placeIn(series, place)));
  const taken = await context.trusted(DocumentPlace).getMany(ids);
  const whole = await Promise.all(
    places.map(async (place, index): Promise<readonly [number, Document][]> => {
      const holder = taken.get(ids[index] ?? '');
      const document = holder && (await wholeDocument(context, holder.document));
      return document ? [[place, document]] : [];
    }),
  );
  return new Map(whole.flat());
};

const wholeDocument = ({ trusted }: Context, id: string): Promise<Document | undefined> =>
  id.startsWith(`${Invoice.idPrefix}_`) ? trusted(Invoice).find(id) : trusted(CreditNote).find(id);

const problemsAt = (place: number, documents: Documents, chain: DocumentChainRow | undefined) => {
  const document = documents.get(place);
  const problem =
    problemAt({ place, document, before: documents.get(place - 1) }) ?? lastProblem(place, document, chain);
  if (!problem) return [];
  return [{ place, problem, ...(document && { record: document.id, number: document.number ?? '' }) }];
};

/** The last document is the one that the head of the series says. */
const lastProblem = (
  place: number,
  document: Document | undefined,
  chain: DocumentChainRow | undefined,
): ChainProblem | undefined => (chain?.length === place && chain.lastHash !== document?.hash ? 'REORDERED' : undefined);
