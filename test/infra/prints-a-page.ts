// An entry that prints, for the test of bundles: the fonts are read from files at run time.
import { renderDocument } from '#modules/platform/pdf';

/** Answers the bytes of a page. */
export const handler = async (): Promise<number> => {
  const head = { name: 'Ñandú', primary: '#000000', accent: '#000000' };
  const model = { title: 'Łódź €', madeAt: '2026-11-22T15:00:00.000Z', sections: [{ text: 'Ștefan' }] };
  const page = await renderDocument(model, head, { locale: 'es', country: 'EC', timeZone: 'UTC' });
  return page.length;
};
