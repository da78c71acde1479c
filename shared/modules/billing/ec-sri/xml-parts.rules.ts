// What all documents of the SRI have in common, and how its schemas take text and days.
import { sequenceText } from './access-key.rules.ts';
import { textName, type Element } from './canonical-xml.rules.ts';
import { documentCodes, environmentCodes } from './codes.rules.ts';
import type { Heading, Issuer, SriDocument } from './sri-document.rules.ts';

/** Text as the schemas take it: on one line, no longer than there is room. */
export const plainLine = (text: string, max = 300): string =>
  Array.from(text.replace(unwritable, ' ').replace(/\s+/g, ' ').trim()).slice(0, max).join('');

const unwritable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** The element infoTributaria, which every document begins with. */
export const taxInformation = (document: Heading & Pick<SriDocument, 'kind'>): Element => {
  const { issuer } = document;
  return tidy({
    ambiente: environmentCodes[document.environment],
    tipoEmision: '1',
    razonSocial: plainLine(issuer.legalName),
    nombreComercial: line(issuer.tradeName),
    ruc: issuer.ruc,
    claveAcceso: document.accessKey,
    codDoc: documentCodes[document.kind],
    estab: document.establishment,
    ptoEmi: document.emissionPoint,
    secuencial: sequenceText(document.sequence),
    dirMatriz: plainLine(issuer.mainAddress),
    agenteRetencion: issuer.withholdingAgent,
    contribuyenteRimpe: issuer.isRimpe ? 'CONTRIBUYENTE RÉGIMEN RIMPE' : undefined,
  });
};

/** The RUC of a software provider comes first: the law asks for it (annex 26 of the guide). */
export const notesOf = ({ issuer, notes = [] }: Heading): Element | undefined => {
  const all = [...providerNote(issuer), ...notes].map(({ name, value }) => ({ name, value: plainLine(value) }));
  const written = all
    .filter(({ value }) => value !== '')
    .slice(0, 15)
    .map(({ name, value }) => ({ '@nombre': plainLine(name), [textName]: value }));
  return written.length > 0 ? { campoAdicional: written } : undefined;
};

const providerNote = ({ softwareProvider }: Issuer) =>
  softwareProvider ? [{ name: 'RUC Proveedor', value: softwareProvider }] : [];

/** An element without what is absent or empty. */
export const tidy = (element: Element): Element =>
  Object.fromEntries(Object.entries(element).filter(([, value]) => value !== undefined && value !== ''));

/** Text as the schemas take it, where there is some. */
export const line = (text: string | undefined, max = 300): string | undefined =>
  text === undefined ? undefined : plainLine(text, max);

/** `SI`, `NO`. */
export const yesOrNo = (is: boolean): string => (is ? 'SI' : 'NO');

/** `2026-11-21` as `21/11/2026`. */
export const dayOf = (date: string): string => date.split('-').reverse().join('/');
