// Persons as Febrl's generator makes them: originals, and duplicates with slips of the pen, swapped and missing fields. Seeded.

/** A person as a form would have it. `entity` says who it really is. */
export type FebrlPerson = {
  readonly entity: number;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly street?: string;
  readonly city?: string;
  readonly postcode?: string;
  readonly birthday?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly taxId?: string;
};

/** How many originals and duplicates, and how spoilt a duplicate is. */
export type FebrlPlan = {
  readonly seed: number;
  readonly originals: number;
  readonly duplicates: number;
  readonly mostDuplicates: number;
  readonly mostChanges: number;
};

/** As Febrl's dataset 1: a thousand, one duplicate each. */
export const thousand: FebrlPlan = { seed: 7, originals: 500, duplicates: 500, mostDuplicates: 1, mostChanges: 3 };
/** As Febrl's dataset 3: five thousand, up to five duplicates each, spoilt more. */
export const fiveThousand: FebrlPlan = {
  seed: 11,
  originals: 2000,
  duplicates: 3000,
  mostDuplicates: 5,
  mostChanges: 5,
};

type Random = { below(limit: number): number; one<T>(values: readonly T[]): T; frequent<T>(values: readonly T[]): T };

const randomFrom = (seed: number): Random => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const at = <T>(values: readonly T[], share: number): T => {
    const found = values[Math.min(values.length - 1, Math.floor(share * values.length))];
    if (found === undefined) throw new Error('Nothing to choose from.');
    return found;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    one: (values) => at(values, next()),
    // The first of a list come more often, as names do.
    frequent: (values) => at(values, next() ** 1.6),
  };
};

const given =
  `María José Juan Luis Carlos Ana Jorge Carmen Manuel Rosa Miguel Laura Pedro Elena Diego Sofía Andrés Lucía Fernando Paula Javier
Marta Ricardo Gabriela Francisco Isabel Antonio Cristina Alejandro Patricia Daniel Mónica David Verónica Pablo Adriana Eduardo Silvia
Roberto Beatriz Raúl Teresa Sergio Natalia Alberto Valeria Héctor Daniela Iván Camila Óscar Alejandra Víctor Carolina Hugo Andrea
James Mary John Patricia Robert Jennifer Michael Linda William Elizabeth Richard Susan Joseph Jessica Thomas Sarah Charles Karen
Christopher Nancy Matthew Lisa Anthony Margaret Mark Betty Donald Sandra Steven Ashley Paul Kimberly Andrew Emily Joshua Donna Kenneth
Michelle Kevin Dorothy Brian Carol George Amanda Edward Melissa Ronald Deborah Timothy Stephanie Jason Rebecca Jeffrey Sharon Ryan`.split(
    /\s+/,
  );
const family =
  `García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez
Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro
Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal
León Márquez Herrera Peña Flores Cabrera Campos Vega Fuentes Carrasco Diez Caballero Reyes Nieto Aguilar Pascual Santana Lorenzo Hidalgo
Montero Ibáñez Giménez Ferrer Durán Vicente Benítez Mora Santiago Arias Vargas Carmona Crespo Román Pastor Soto Sáez Velasco Moya Soler
Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Jackson White Harris Thompson Robinson Clark Lewis Walker
Hall Young Allen King Wright Scott Green Baker Adams Nelson Hill Campbell Mitchell Roberts Carter Phillips Evans Turner Parker Collins
Edwards Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson Reed Bailey Bell Kelly Howard Ward Cox Richardson Wood Watson Brooks
Bennett Gray James Hughes Price Myers Long Foster Sanders Ross Morris Powell Sullivan Russell Zambrano Cedeño Quishpe Guamán Chávez`.split(
    /\s+/,
  );
const streets =
  `Amazonas Bolívar Colón Sucre Olmedo Rocafuerte Orellana Eloy-Alfaro Shyris Naciones-Unidas Mariscal Victoria Mayor Real Alcalá Sol
Goya Serrano Velázquez Prado Castellana Princesa Toledo Atocha Hortaleza High Church Station Victoria-Road Park Main Green Queen King
Manor London York Windsor Albert Mill Springfield Oak Maple Cedar Elm Pine Washington Lake Hillside Sunset Lincoln Jackson Franklin`.split(
    /\s+/,
  );
const cities =
  `Quito Guayaquil Cuenca Ambato Manta Loja Ibarra Riobamba Machala Portoviejo Madrid Sevilla Valencia Bilbao Málaga Zaragoza Murcia
Granada Oviedo Toledo Leeds Bristol Oxford Derby Exeter Boston Austin Denver Tucson Fresno Omaha Tampa Mesa Aurora Toledo Irvine`.split(
    /\s+/,
  );
const hosts = ['gmail.com', 'hotmail.com', 'yahoo.es', 'outlook.com', 'correo.ec', 'mail.com'];

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => String(random.below(10))).join('');

const original = (random: Random, entity: number): FebrlPerson => {
  const firstName = random.frequent(given);
  const lastName = `${random.frequent(family)}${random.below(3) === 0 ? ` ${random.frequent(family)}` : ''}`;
  const month = String(1 + random.below(12)).padStart(2, '0');
  const day = String(1 + random.below(28)).padStart(2, '0');
  const mailbox = `${firstName}.${lastName.split(' ')[0] ?? ''}${digits(random, 2)}@${random.one(hosts)}`;
  const full = {
    firstName,
    lastName,
    street: `${random.frequent(streets).replaceAll('-', ' ')} ${String(1 + random.below(400))}`,
    city: random.frequent(cities),
    postcode: digits(random, 5),
    birthday: `${String(1940 + random.below(65))}-${month}-${day}`,
    phone: `+5939${digits(random, 8)}`,
    email: mailbox
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase(),
    taxId: digits(random, 10),
  };
  return { entity, ...forgetful(random, full, 12) };
};

type Values = Partial<Record<Exclude<keyof FebrlPerson, 'entity'>, string>>;

/** One field of so many is empty; a name stays. */
const forgetful = (random: Random, values: Values, oneOf: number): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name.endsWith('Name') || random.below(oneOf) !== 0));

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');

/** A slip of the pen: a letter too many, too few, another one, two swapped. Digits stay digits. */
const mistyped = (random: Random, text: string): string => {
  const at = random.below(text.length);
  const sign = /\d/.test(text[at] ?? '') ? digits(random, 1) : random.one(letters);
  const [head, tail] = [text.slice(0, at), text.slice(at + 1)];
  const ways = [
    `${head}${sign}${text.slice(at)}`,
    `${head}${tail}`,
    `${head}${sign}${tail}`,
    `${head}${tail.slice(0, 1)}${text[at] ?? ''}${tail.slice(1)}`,
  ];
  return random.one(ways);
};

/** A letter heard wrongly. */
const misheard = (random: Random, text: string): string => {
  const ways: readonly (readonly [RegExp, string])[] = [
    [/z/i, 's'],
    [/s(?=[ei])/i, 'c'],
    [/v/i, 'b'],
    [/b/i, 'v'],
    [/ll/i, 'y'],
    [/[áéíóú]/i, 'a'],
    [/ph/i, 'f'],
    [/h/i, ''],
  ];
  const fitting = ways.filter(([sound]) => sound.test(text));
  if (fitting.length === 0) return mistyped(random, text);
  const [sound, written] = random.one(fitting);
  return text.replace(sound, written);
};

const rewritten = (random: Random, phone: string): string => {
  const national = phone.slice(4);
  return random.one([
    `0${national}`,
    `00593 ${national.slice(0, 2)} ${national.slice(2, 5)} ${national.slice(5)}`,
    `(09) ${national.slice(1)}`,
  ]);
};

const changeOne = (random: Random, person: Values): Values => {
  const name = random.one(Object.keys(person) as (keyof Values)[]);
  const value = person[name] ?? '';
  const way = random.below(10);
  if (value === '') return person;
  if (way === 0) return { ...person, firstName: person.lastName ?? '', lastName: person.firstName ?? '' };
  if (way === 1 && !name.endsWith('Name')) return without(person, name);
  return { ...person, [name]: spoiltValue(random, name, value, way) };
};

const spoiltValue = (random: Random, name: keyof Values, value: string, way: number): string => {
  if (name === 'birthday') return mistypedDay(random, value);
  if (name === 'phone' && way < 5) return rewritten(random, value);
  return name.endsWith('Name') && way < 5 ? misheard(random, value) : mistyped(random, value);
};

const without = (values: Values, name: keyof Values): Values => {
  const { [name]: _gone, ...rest } = values;
  return rest;
};

/** Still a day. */
const mistypedDay = (random: Random, day: string): string => {
  const [year = '', month = '', date = ''] = day.split('-');
  return random.one([
    `${year.slice(0, 3)}${digits(random, 1)}-${month}-${date}`,
    `${year}-${String(1 + random.below(12)).padStart(2, '0')}-${date}`,
    `${year}-${month}-${String(1 + random.below(28)).padStart(2, '0')}`,
  ]);
};

/** Persons and their duplicates, in no order that would say who is whose. */
export const febrlPersons = (plan: FebrlPlan): readonly FebrlPerson[] => {
  const random = randomFrom(plan.seed);
  const people = Array.from({ length: plan.originals }, (_, entity) => original(random, entity));
  const counts = people.map(() => 0);
  const duplicates: FebrlPerson[] = [];
  while (duplicates.length < plan.duplicates) {
    const source = random.one(people);
    if ((counts[source.entity] ?? 0) >= plan.mostDuplicates) continue;
    counts[source.entity] = (counts[source.entity] ?? 0) + 1;
    duplicates.push(spoilt(random, source, plan.mostChanges));
  }
  return [...people, ...duplicates]
    .map((person) => ({ person, place: random.below(1_000_000) }))
    .sort((left, right) => left.place - right.place)
    .map(({ person }) => person);
};

const spoilt = (random: Random, { entity, ...source }: FebrlPerson, most: number): FebrlPerson => {
  let values: Values = forgetful(random, source, 10);
  for (let change = 1 + random.below(most); change > 0; change -= 1) values = changeOne(random, values);
  return { entity, ...values };
};

/** Precision, recall and F1 of pairs, each `smaller index,larger index`. */
export const pairScores = (people: readonly FebrlPerson[], found: ReadonlySet<string>) => {
  const groups = Map.groupBy(people.keys(), (index) => people[index]?.entity);
  const truth = [...groups.values()].reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  const right = [...found].filter((pair) => {
    const [left = 0, other = 0] = pair.split(',').map(Number);
    return people[left]?.entity === people[other]?.entity;
  }).length;
  const precision = right / found.size;
  const recall = right / truth;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
};
