/** Words that people head columns with, in Spanish and English, by the field that they mean. */
const synonyms: Readonly<Record<string, string>> = {
  name: 'nombre|name|razon social|cuenta|account|account name|company|empresa|cliente|customer|compania|full name|nombre completo|producto|product|equipo|team|oportunidad|opportunity',
  legalName: 'razon social|legal name|nombre legal|denominacion social',
  firstName: 'nombre|nombres|first name|given name|primer nombre',
  lastName: 'apellido|apellidos|last name|surname|family name',
  organisationName: 'organizacion|organisation|organization',
  email: 'email|e mail|correo|correo electronico|mail|email address',
  phone: 'telefono|phone|celular|movil|mobile|tel|fono|phone number|whatsapp',
  taxId: 'ruc|cedula|nif|cif|vat|tax id|identificacion|rfc|tax number|numero fiscal',
  externalId: 'id|external id|id externo|codigo externo|opportunity id|codigo|external key',
  sku: 'sku|codigo|code|referencia|product code|articulo|codigo de producto',
  listPrice: 'precio|price|list price|sales price|precio de venta|pvp|unit price',
  family: 'familia|family|series|serie|linea|category|categoria',
  brand: 'marca|brand',
  sector: 'sector|industria|industry|rubro|actividad',
  employees: 'empleados|employees|numero de empleados|headcount|staff',
  revenue: 'facturacion|ingresos|revenue|ventas|annual revenue|ventas anuales|turnover',
  foundedYear: 'fundacion|year established|founded|ano de fundacion|founded year|established',
  parent: 'matriz|subsidiary of|parent|parent account|empresa matriz|parent company|pertenece a',
  'addresses.country': 'pais|country|office location',
  'addresses.city': 'ciudad|city|town',
  'addresses.province': 'provincia|province|state|estado|region',
  'addresses.street': 'direccion|address|calle|street|domicilio',
  'addresses.postcode': 'codigo postal|zip|postcode|postal code|cp|zip code',
  account: 'cuenta|account|cliente|empresa|company|customer|account name',
  contact: 'contacto|contact|persona de contacto',
  owner: 'propietario|owner|vendedor|sales agent|agente|responsable|comercial|sales rep|asesor|ejecutivo',
  team: 'equipo|team|regional office|oficina',
  manager: 'jefe|manager|supervisor|gerente|reports to',
  amount: 'monto|importe|valor|amount|close value|value|deal value|total',
  stage: 'etapa|stage|deal stage|estado|fase|status',
  closedOn: 'fecha de cierre|close date|closed on|fecha cierre|closing date',
  expectedCloseOn: 'cierre esperado|expected close|fecha esperada|expected close date|cierre previsto',
  stageEnteredOn: 'fecha de contacto|engage date|fecha de inicio|since',
  'products.product': 'producto|product|articulo|item',
  probability: 'probabilidad|probability|chance',
  source: 'origen|source|fuente|lead source',
  description: 'descripcion|description|notas|notes|observaciones|comentarios|comments',
  tags: 'etiquetas|tags|labels',
  jobTitle: 'cargo|puesto|title|job title|position',
  birthday: 'cumpleanos|fecha de nacimiento|birthday|date of birth|birth date|nacimiento',
  websites: 'web|sitio web|website|pagina web|url|site',
  zone: 'zona|zone|territorio|territory',
  campaign: 'campana|campaign',
  competitor: 'competidor|competitor|competencia',
  lostReason: 'motivo de perdida|lost reason|razon de perdida',
  currency: 'moneda|currency',
  barcode: 'codigo de barras|barcode|ean|upc',
  cost: 'costo|coste|cost',
  unit: 'unidad|unit|uom',
};

/** A heading without accents, signs and case: `Razón_Social` -> `razon social`. */
export const plainHeading = (text: string): string =>
  text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** How well a heading means a field: 3 its own name, 2 a synonym (earlier ones better), 0 not at all. */
const fitOf = (heading: string, path: string, labels: readonly string[]): number => {
  const plain = plainHeading(heading);
  if (plain === plainHeading(path) || plain === plainHeading(path.split('.').at(-1) ?? '')) return 3;
  const words = [...labels.map(plainHeading), ...(synonyms[path]?.split('|') ?? [])];
  const at = words.indexOf(plain);
  return at === -1 ? 0 : 2 - at / 100;
};

/** The field that each column probably means; no field is meant twice. */
export const suggestFields = (
  columns: readonly string[],
  paths: readonly string[],
  labelsOf: (path: string) => readonly string[] = () => [],
): ReadonlyMap<string, string> => {
  const fits = columns
    .flatMap((column) => paths.map((path) => ({ column, path, fit: fitOf(column, path, labelsOf(path)) })))
    .filter(({ fit }) => fit > 0)
    .sort((left, right) => right.fit - left.fit);
  const suggested = new Map<string, string>();
  const taken = new Set<string>();
  for (const { column, path } of fits) {
    if (suggested.has(column) || taken.has(path)) continue;
    suggested.set(column, path);
    taken.add(path);
  }
  return suggested;
};
