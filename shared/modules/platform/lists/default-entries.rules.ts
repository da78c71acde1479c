import type { ListName } from './list-entry.entity.ts';

type Words = readonly [key: string, es: string, en: string];

const sources: readonly Words[] = [
  ['WEB', 'Sitio web', 'Website'],
  ['REFERRAL', 'Recomendación', 'Referral'],
  ['FAIR', 'Feria o evento', 'Fair or event'],
  ['CALL', 'Llamada recibida', 'Incoming call'],
  ['PROSPECTING', 'Prospección propia', 'Own prospecting'],
  ['CAMPAIGN', 'Campaña', 'Campaign'],
];

const reasons: readonly Words[] = [
  ['NEW_NEED', 'Necesidad nueva', 'New need'],
  ['REPLACEMENT', 'Reemplazo de lo que tiene', 'Replacement'],
  ['UNHAPPY', 'Descontento con su proveedor', 'Unhappy with a supplier'],
  ['OFFER', 'Oferta', 'Offer'],
  ['GROWTH', 'Crecimiento', 'Growth'],
];

const entriesOf = (list: ListName, words: readonly Words[]) =>
  words.map(([key, es, en], position) => ({ list, key, labels: { es, en }, position }));

/** What the lists of a new tenant begin with. Its lines of business it knows best itself. */
export const defaultEntries = [...entriesOf('SOURCE', sources), ...entriesOf('CAPTURE_REASON', reasons)];
