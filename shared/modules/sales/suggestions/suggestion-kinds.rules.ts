/** What a reason is told of. */
export type ReasonFacts = { readonly since: string; readonly product?: string; readonly note?: string };

/**
 * A kind of reason, under the extension point `suggestions.kinds`. The module whose records give such reasons contributes it and
 * calls `suggest` and `withdraw` as they come and go: quotes when one expires, agreements before one ends.
 */
export type SuggestionKind = {
  readonly kind: string;
  /** The reason in words. */
  reason(facts: ReasonFacts): { readonly es: string; readonly en: string };
};
/** The extension point for them. */
export const suggestionKinds = 'suggestions.kinds';

const noted = (text: string, note: string | undefined): string => (note === undefined ? text : `${text}: ${note}`);

/** The kinds that this module knows. */
export const ownKinds: readonly SuggestionKind[] = [
  {
    kind: 'INTEREST',
    reason: ({ product = '' }) => ({
      es: `Le interesa ${product} y nunca se le ofreció`,
      en: `Interested in ${product}, which was never offered`,
    }),
  },
  {
    kind: 'NO_CONTACT',
    reason: ({ since }) => ({ es: `Sin contacto desde el ${since}`, en: `No contact since ${since}` }),
  },
  {
    kind: 'LOST_LONG_AGO',
    reason: ({ since, note }) => ({
      es: noted(`Se perdió el ${since}`, note),
      en: noted(`Lost on ${since}`, note),
    }),
  },
  {
    kind: 'QUOTE_EXPIRED',
    reason: ({ since, note }) => ({
      es: noted(`Una oferta venció el ${since} sin respuesta`, note),
      en: noted(`A quote expired on ${since} without an answer`, note),
    }),
  },
  {
    kind: 'CONTRACT_ENDING',
    reason: ({ since, note }) => ({
      es: noted(`Un contrato termina el ${since}`, note),
      en: noted(`A contract ends on ${since}`, note),
    }),
  },
];
