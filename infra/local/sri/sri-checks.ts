// What the SRI looks at in a document, as far as a laptop can: form, access key, dates, sums, and whether it is signed.
import { XMLParser } from 'fast-xml-parser';

/** A finding by its code in the technical guide. */
export type Finding = { readonly code: string; readonly text: string; readonly more?: string };

/** A document that was handed in, as far as it can be read. */
export type Handed = {
  readonly key: string;
  /** Issuer, kind, environment, place and number: no two documents share them. */
  readonly series: string;
  readonly issuedOn: string;
  readonly xml: string;
};

type Node = { readonly [name: string]: unknown };

/** By root element: the code of the kind, what holds its date, and what it cannot be without. */
const kinds: Readonly<Record<string, { code: string; head: string; day: string; needs: readonly string[] }>> = {
  factura: {
    code: '01',
    head: 'infoFactura',
    day: 'fechaEmision',
    needs: [
      'tipoIdentificacionComprador',
      'razonSocialComprador',
      'identificacionComprador',
      'totalSinImpuestos',
      'totalDescuento',
      'totalConImpuestos',
      'importeTotal',
    ],
  },
  notaCredito: {
    code: '04',
    head: 'infoNotaCredito',
    day: 'fechaEmision',
    needs: [
      'identificacionComprador',
      'codDocModificado',
      'numDocModificado',
      'fechaEmisionDocSustento',
      'valorModificacion',
      'motivo',
    ],
  },
  guiaRemision: {
    code: '06',
    head: 'infoGuiaRemision',
    day: 'fechaIniTransporte',
    needs: ['dirPartida', 'razonSocialTransportista', 'rucTransportista', 'fechaFinTransporte', 'placa'],
  },
};

const heading = [
  'ambiente',
  'razonSocial',
  'ruc',
  'claveAcceso',
  'codDoc',
  'estab',
  'ptoEmi',
  'secuencial',
  'dirMatriz',
];

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, ignoreAttributes: false });

/** Reads a document, or says what is wrong with its form. */
export const readHanded = (xml: string, now: Date): Handed | Finding => {
  const found = rootOf(xml);
  if (!found) return malformed('No known document.');
  const { kind, root, info, head } = found;
  const missing = [...heading.filter((name) => !info[name]), ...kind.needs.filter((name) => !head[name])];
  if (root['@_id'] !== 'comprobante' || root['@_version'] === undefined || missing.length > 0)
    return malformed(missing.length > 0 ? `Missing: ${missing.join(', ')}` : 'id and version are missing.');
  const key = textOf(info['claveAcceso']);
  if (!/^\d{49}$/.test(key) || digitOf(key.slice(0, 48)) !== key[48])
    return { code: '80', text: 'ERROR EN LA ESTRUCTURA DE LA CLAVE DE ACCESO' };
  const issuedOn = textOf(head[kind.day]);
  return dayProblem(issuedOn, now) ?? { key, series: key.slice(8, 39), issuedOn, xml };
};

/** What is wrong with what it says; the SRI looks when it decides. */
export const judge = ({ key, issuedOn, xml }: Handed): Finding | undefined => {
  const found = rootOf(xml);
  if (!found) return malformed('No known document.');
  const { kind, root, info, head } = found;
  if (
    Object.keys(root)
      .filter((name) => !name.startsWith('@'))
      .at(-1) !== 'Signature'
  )
    return { code: '39', text: 'FIRMA INVALIDA', more: 'La firma es invalida' };
  const parts = ['ruc', 'ambiente', 'estab', 'ptoEmi', 'secuencial'].map((name) => textOf(info[name])).join('');
  const day = key.slice(0, 8).replace(/^(..)(..)(....)$/, '$1/$2/$3');
  const isOwn =
    key.slice(10, 39) === parts && key.slice(8, 10) === textOf(info['codDoc']) && kind.code === key.slice(8, 10);
  if (!isOwn || (kind.day === 'fechaEmision' && day !== issuedOn))
    return { code: '58', text: 'ERROR EN LA ESTRUCTURA DE CLAVE DE ACCESO', more: 'Los componentes no coinciden' };
  return sumProblem(root, head);
};

const rootOf = (xml: string) => {
  const name = Object.keys(kinds).find((each) => new RegExp(`<${each}[ >]`).test(xml));
  const kind = name === undefined ? undefined : kinds[name];
  const root = name === undefined ? undefined : nodeOf(parsed(xml)?.[name]);
  if (!kind || !root) return undefined;
  return { kind, root, info: nodeOf(root['infoTributaria']) ?? {}, head: nodeOf(root[kind.head]) ?? {} };
};

const parsed = (xml: string): Node | undefined => {
  try {
    return parser.parse(xml) as Node;
  } catch {
    return undefined;
  }
};

const malformed = (more: string): Finding => ({ code: '35', text: 'ARCHIVO NO CUMPLE ESTRUCTURA XML', more });

/** As the guide counts: weights 2 to 7 from the right, modulo 11. */
const digitOf = (digits: string): string => {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * ((index % 6) + 2), 0);
  return String({ 11: 0, 10: 1 }[11 - (sum % 11)] ?? 11 - (sum % 11));
};

const day = 86_400_000;

/** Not in the future, and not older than 129,600 minutes. */
const dayProblem = (written: string, now: Date): Finding | undefined => {
  const at = Date.parse(`${written.split('/').reverse().join('-')}T05:00:00Z`);
  if (Number.isNaN(at)) return { code: '67', text: 'FECHA INVALIDA', more: written };
  const age = now.getTime() - at;
  return age < -2 * day || age > 91 * day
    ? { code: '65', text: 'FECHA DE EMISION EXTEMPORANEA', more: 'Hasta 129600 minutos' }
    : undefined;
};

const sumProblem = (root: Node, head: Node): Finding | undefined => {
  const total = head['importeTotal'] ?? head['valorModificacion'];
  if (total === undefined) return undefined;
  const taxes = nodesOf(nodeOf(head['totalConImpuestos'])?.['totalImpuesto']);
  const lines = nodesOf(nodeOf(root['detalles'])?.['detalle']);
  const base = cents(head['totalSinImpuestos']);
  const sum = base + cents(head['propina']) + taxes.reduce((so, { valor }) => so + cents(valor), 0);
  const ofLines = lines.reduce((so, each) => so + cents(each['precioTotalSinImpuesto']), 0);
  return sum === cents(total) && ofLines === base
    ? undefined
    : { code: '52', text: 'ERROR EN DIFERENCIAS', more: `${String(sum)} ${String(cents(total))}` };
};

const cents = (value: unknown): number => Math.round(Number(textOf(value) || '0') * 100);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const nodeOf = (value: unknown): Node | undefined => (isNode(value) ? value : undefined);
const nodesOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value : [value]).filter(isNode);
