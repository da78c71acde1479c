// What words on a card are about, in Spanish and English. All are compared without accents and case.

/** A text without accents and case, its words apart by one space. */
export const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}&.]+/gu, ' ')
    .trim();

const oneOf = (words: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'iu');

/** What somebody does. */
export const jobWords = oneOf(
  'gerent[ea]|director[a]?|jef[ea]|responsable|coordinador[a]?|asesor[a]?|consultor[a]?|ejecutiv[oa]|vendedor[a]?|' +
    'ingenier[oa]|arquitect[oa]|abogad[oa]|contador[a]?|tecnic[oa]|analista|asistente|secretari[oa]|president[ea]|' +
    'vicepresident[ea]|socio|socia|fundador[a]?|propietari[oa]|administrador[a]?|representante|delegad[oa]|medic[oa]|' +
    'odontolog[oa]|economista|disenador[a]?|programador[a]?|desarrollador[a]?|supervisor[a]?|encargad[oa]|comercial|' +
    'manager|chief|officer|ceo|cto|cfo|coo|cmo|head of|president|vice|founder|co-founder|owner|partner|engineer|attorney|' +
    'lawyer|architect|accountant|analyst|assistant|executive|representative|developer|designer|specialist|lead|sales|' +
    'buyer|purchasing|consultant|advisor|agent|broker|coordinator|supervisor|technician|physician|dentist|realtor',
);

/** Legal forms that end the name of a company. */
export const legalForm =
  /(?<![\p{L}\p{N}])(?:s\.? ?a\.? ?s|s\.? ?a\.? de c\.? ?v|s\.? ?l\.? ?[pu]|s\.? ?[al]|c\.? ?l|c[ií]a\.? ?ltda|ltda|c\.? ?a|cia|gmbh|ag|ltd|limited|inc|llc|llp|plc|corp|corporation|co|pty ltd|bv|b\.v|s\.? ?r\.? ?l|eirl|sarl|oy|ab)\.?$/iu;

/** What companies call themselves. */
export const companyWords = oneOf(
  'grupo|group|consultores|consulting|asociados|associates|partners|estudio|studio|clinica|clinic|hotel|constructora|' +
    'industrias|industries|comercial|distribuidora|importadora|transportes|logistica|logistics|laboratorios|seguros|insurance|' +
    'solutions|soluciones|systems|sistemas|software|technologies|tecnologia|media|services|servicios|holding|universidad|university|' +
    'banco|bank|foods|alimentos|textiles|aceros|molinos|hospital|farmacia|pharma|energia|energy|shipping|works|labs|agency|agencia|auditores|abogados',
);

/** How somebody is addressed, before or after the name. */
export const honorific =
  /^(?:dr|dra|ing|lcd[ao]|lic|licd[ao]|abg|ab|arq|econ|ec|msc|mba|phd|sr|sra|srta|mr|mrs|ms|miss|prof|d|d\.ª|dña|don|doña|cpa|tnlg|psic)\.?ª?$/iu;

/** Small words inside names. */
export const particle = /^(?:de|del|la|las|los|y|da|do|dos|das|van|von|der|den|di|el|san|santa)$/iu;

/** Given names that stand before another given name. */
export const givenName = oneOf(
  'jose|juan|luis|carlos|maria|ana|miguel|jorge|pedro|pablo|francisco|fernando|andres|angel|antonio|manuel|rosa|' +
    'lucia|isabel|elena|carmen|marta|diego|jesus|cristina|alejandra|alejandro|eduardo|ricardo|roberto|victor|sofia|paula|' +
    'gabriela|gabriel|daniel|david|javier|rafael|ramon|raul|sergio|alberto|enrique|esteban|felipe|ignacio|martin|mary|john|james|anne|jean|paul|lee|ann|marie|michael|william',
);

/** What a street is called. */
export const streetWords = oneOf(
  'av|avda|avenida|calle|c/|paseo|plaza|carrera|cra|via|km|panamericana|autopista|malecon|boulevard|blvd|urb|urbanizacion|edif|edificio|piso|oficina|of|lote|mz|poligono|carretera|camino|' +
    'street|st|avenue|ave|road|rd|drive|dr|lane|ln|way|suite|ste|floor|square|court|broadway|strasse|p\\.?o\\.? box',
);

/** Countries as cards name them, by ISO 3166-1 alpha-2. */
const countries: Readonly<Record<string, string>> = {
  EC: 'ecuador',
  ES: 'espana|spain',
  MX: 'mexico',
  PE: 'peru',
  CO: 'colombia',
  CL: 'chile',
  AR: 'argentina',
  US: 'usa|united states|estados unidos|u\\.s\\.a\\.?',
  GB: 'uk|united kingdom|reino unido|england|scotland|wales',
  DE: 'germany|alemania|deutschland',
  FR: 'france|francia',
  IT: 'italy|italia',
  PT: 'portugal',
  BR: 'brazil|brasil',
  AU: 'australia',
  CA: 'canada',
  PA: 'panama',
  CR: 'costa rica',
  UY: 'uruguay',
  BO: 'bolivia',
  VE: 'venezuela',
};
const countryPatterns = Object.entries(countries).map(([code, names]) => [code, oneOf(names)] as const);

/** The country that a text names. */
export const countryIn = (text: string): string | undefined =>
  countryPatterns.find(([, pattern]) => pattern.test(plain(text)))?.[0];

/** The country whose ending an internet name has. */
export const countryOfDomain = (domain: string): string | undefined => {
  const ending = domain.slice(domain.lastIndexOf('.') + 1).toUpperCase();
  if (ending === 'UK') return 'GB';
  return ending in countries ? ending : undefined;
};

/** Where anybody may have an address: the name after the @ says nothing of a company. */
export const freeMail =
  /^(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|aol|gmx|proton|protonmail|mail|zoho)\./i;
