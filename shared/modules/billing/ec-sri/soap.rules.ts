// The two web services of the SRI (domain 1.8): SOAP 1.1, document/literal, inner elements without a namespace.
import { XMLParser } from 'fast-xml-parser';

/** What the SRI says about a document. Only those of type ERROR count against it. */
export type SriMessage = {
  readonly code: string;
  readonly text: string;
  readonly more?: string;
  readonly type: string;
};

/** What became of a document that was handed in. */
export type Reception = {
  readonly state: 'RECEIVED' | 'RETURNED';
  readonly messages: readonly SriMessage[];
};

/** What was decided of a document. PENDING: nothing yet, ask again. */
export type Authorisation =
  | { readonly state: 'PENDING'; readonly messages: readonly SriMessage[] }
  | { readonly state: 'NOT_AUTHORIZED'; readonly messages: readonly SriMessage[] }
  | {
      readonly state: 'AUTHORIZED';
      readonly number: string;
      readonly at: string;
      readonly messages: readonly SriMessage[];
      /** The document as the SRI keeps it. */
      readonly document: string;
    };

/** An answer that is none: a fault, a page of a proxy, something else. It says nothing about the document. */
export class NoSriAnswer extends Error {
  override readonly name = 'NoSriAnswer';
}

/** The request that hands in a signed document. */
export const receptionRequest = (signed: string): string =>
  envelope(
    'recepcion',
    `<ec:validarComprobante><xml>${Buffer.from(signed, 'utf8').toString('base64')}</xml></ec:validarComprobante>`,
  );

/** The request that asks what was decided. */
export const authorisationRequest = (accessKey: string): string =>
  envelope(
    'autorizacion',
    `<ec:autorizacionComprobante><claveAccesoComprobante>${accessKey}</claveAccesoComprobante></ec:autorizacionComprobante>`,
  );

/** Reads the answer to a document that was handed in. @throws NoSriAnswer */
export const readReception = (body: string): Reception => {
  const answer = answerIn(body, 'validarComprobanteResponse', 'RespuestaRecepcionComprobante');
  const state = receptionStates[textOf(answer['estado'])];
  if (!state) throw new NoSriAnswer('The SRI did not say whether it took the document.');
  return { state, messages: messagesOf(at(answer, 'comprobantes', 'comprobante')) };
};

/** Reads what was decided; an empty list is no decision yet. @throws NoSriAnswer */
export const readAuthorisation = (body: string): Authorisation => {
  const answer = answerIn(body, 'autorizacionComprobanteResponse', 'RespuestaAutorizacionComprobante');
  const found = nodesOf(at(answer, 'autorizaciones', 'autorizacion'));
  const decided = found.find((one) => stateOf(one) === 'AUTHORIZED') ?? found.at(-1);
  if (!decided) return { state: 'PENDING', messages: [] };
  const messages = messagesOf(decided);
  const state = stateOf(decided);
  if (state !== 'AUTHORIZED') return { state, messages };
  return {
    state,
    messages,
    number: textOf(decided['numeroAutorizacion']),
    at: momentOf(decided['fechaAutorizacion']),
    document: textOf(decided['comprobante']),
  };
};

const momentOf = (value: unknown): string => {
  const at = new Date(textOf(value));
  if (Number.isNaN(at.getTime())) throw new NoSriAnswer('The SRI did not say when it authorised the document.');
  return at.toISOString();
};

type Node = { readonly [name: string]: unknown };

const receptionStates: Readonly<Record<string, Reception['state'] | undefined>> = {
  RECIBIDA: 'RECEIVED',
  DEVUELTA: 'RETURNED',
};

/** The services have several words for one thing. */
const stateOf = (authorisation: Node): Authorisation['state'] => {
  const said = textOf(authorisation['estado']).toUpperCase();
  if (['AUTORIZADO', 'AUT'].includes(said)) return 'AUTHORIZED';
  return ['NO AUTORIZADO', 'NAT', 'RECHAZADA'].includes(said) ? 'NOT_AUTHORIZED' : 'PENDING';
};

const envelope = (service: string, body: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>' +
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ec="http://ec.gob.sri.ws.${service}">` +
  `<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, ignoreAttributes: true, trimValues: true });

const answerIn = (body: string, response: string, answer: string): Node => {
  const found = at(parsed(body), 'Envelope', 'Body', response, answer);
  if (!isNode(found)) throw new NoSriAnswer('The answer is none of the SRI.');
  return found;
};

const parsed = (body: string): unknown => {
  try {
    return parser.parse(body);
  } catch (cause) {
    throw new NoSriAnswer('The answer is no XML.', { cause });
  }
};

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (node: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isNode(inner) ? inner[name] : undefined), node);

/** One element comes alone, several as a list. */
const nodesOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value : [value]).filter(isNode);

const messagesOf = (of: unknown): readonly SriMessage[] =>
  nodesOf(of).flatMap((node) =>
    nodesOf(at(node, 'mensajes', 'mensaje')).map((message) => ({
      code: textOf(message['identificador']),
      text: textOf(message['mensaje']),
      type: textOf(message['tipo']) || 'ERROR',
      ...(textOf(message['informacionAdicional']) !== '' && { more: textOf(message['informacionAdicional']) }),
    })),
  );

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
