// Days off by law. A tenant adds its own (local feasts, days between), and may leave out its country's altogether.
import { dayAfter, weekdayOf } from './zoned-time.rules.ts';

/** A day off, and what it is called. */
export type DayOff = { readonly day: string; readonly es: string; readonly en: string };

type Names = readonly [es: string, en: string];
/** Where in the year: month and day, or days from Easter Sunday; how it moves when that is inconvenient. */
type Rule = {
  readonly on: readonly [month: number, day: number] | { readonly easter: number };
  readonly names: Names;
  readonly moves?: Move;
};
type Move = (day: string) => string;

const newYear: Names = ['Año Nuevo', "New Year's Day"];
const epiphany: Names = ['Epifanía', 'Epiphany'];
const carnival: Names = ['Carnaval', 'Carnival'];
const maundyThursday: Names = ['Jueves Santo', 'Maundy Thursday'];
const goodFriday: Names = ['Viernes Santo', 'Good Friday'];
const labour: Names = ['Día del Trabajo', 'Labour Day'];
const independence: Names = ['Día de la Independencia', 'Independence Day'];
const assumption: Names = ['Asunción de la Virgen', 'Assumption'];
const allSaints: Names = ['Día de Todos los Santos', "All Saints' Day"];
const immaculate: Names = ['Inmaculada Concepción', 'Immaculate Conception'];
const christmas: Names = ['Navidad', 'Christmas Day'];
const peterAndPaul: Names = ['San Pedro y San Pablo', 'Saints Peter and Paul'];

const fixed = (month: number, day: number, names: Names, moves?: Move): Rule => ({
  on: [month, day],
  names,
  ...(moves && { moves }),
});
const fromEaster = (days: number, names: Names): Rule => ({ on: { easter: days }, names });

/** Ecuador, Ley de feriados (2016): Tuesdays go to Monday, Wednesdays and Thursdays to Friday, weekends to the nearest working day. */
const bridged: Move = (day) => dayAfter(day, [0, 0, -1, 2, 1, 0, -1, 1][weekdayOf(day)] ?? 0);

/** Ecuador: 2 November, with the 3rd off too. Both move together. */
const firstOfTwo: Move = (day) => dayAfter(day, [0, 0, -1, 1, 0, -1, -1, 1][weekdayOf(day)] ?? 0);
const secondOfTwo: Move = (day) => dayAfter(firstOfTwo(dayAfter(day, -1)), weekdayOf(dayAfter(day, -1)) === 6 ? 3 : 1);

/** Colombia, Ley Emiliani: to the Monday that follows. */
const nextMonday: Move = (day) => dayAfter(day, (8 - weekdayOf(day)) % 7);

const rules: Readonly<Record<string, readonly Rule[]>> = {
  EC: [
    fixed(1, 1, newYear),
    fromEaster(-48, carnival),
    fromEaster(-47, carnival),
    fromEaster(-2, goodFriday),
    fixed(5, 1, labour, bridged),
    fixed(5, 24, ['Batalla de Pichincha', 'Battle of Pichincha'], bridged),
    fixed(8, 10, ['Primer Grito de Independencia', 'First Cry of Independence'], bridged),
    fixed(10, 9, ['Independencia de Guayaquil', 'Independence of Guayaquil'], bridged),
    fixed(11, 2, ['Día de los Difuntos', "All Souls' Day"], firstOfTwo),
    fixed(11, 3, ['Independencia de Cuenca', 'Independence of Cuenca'], secondOfTwo),
    fixed(12, 25, christmas),
  ],
  CO: [
    fixed(1, 1, newYear),
    fixed(1, 6, epiphany, nextMonday),
    fixed(3, 19, ['San José', "Saint Joseph's Day"], nextMonday),
    fromEaster(-3, maundyThursday),
    fromEaster(-2, goodFriday),
    fixed(5, 1, labour),
    fromEaster(43, ['Ascensión del Señor', 'Ascension']),
    fromEaster(64, ['Corpus Christi', 'Corpus Christi']),
    fromEaster(71, ['Sagrado Corazón', 'Sacred Heart']),
    fixed(6, 29, peterAndPaul, nextMonday),
    fixed(7, 20, independence),
    fixed(8, 7, ['Batalla de Boyacá', 'Battle of Boyacá']),
    fixed(8, 15, assumption, nextMonday),
    fixed(10, 12, ['Día de la Diversidad Étnica y Cultural', 'Day of Ethnic and Cultural Diversity'], nextMonday),
    fixed(11, 1, allSaints, nextMonday),
    fixed(11, 11, ['Independencia de Cartagena', 'Independence of Cartagena'], nextMonday),
    fixed(12, 8, immaculate),
    fixed(12, 25, christmas),
  ],
  PE: [
    fixed(1, 1, newYear),
    fromEaster(-3, maundyThursday),
    fromEaster(-2, goodFriday),
    fixed(5, 1, labour),
    fixed(6, 7, ['Batalla de Arica y Día de la Bandera', 'Battle of Arica and Flag Day']),
    fixed(6, 29, peterAndPaul),
    fixed(7, 23, ['Día de la Fuerza Aérea', 'Air Force Day']),
    fixed(7, 28, ['Fiestas Patrias', 'Independence Day']),
    fixed(7, 29, ['Fiestas Patrias', 'Independence Day']),
    fixed(8, 6, ['Batalla de Junín', 'Battle of Junín']),
    fixed(8, 30, ['Santa Rosa de Lima', 'Saint Rose of Lima']),
    fixed(10, 8, ['Combate de Angamos', 'Battle of Angamos']),
    fixed(11, 1, allSaints),
    fixed(12, 8, immaculate),
    fixed(12, 9, ['Batalla de Ayacucho', 'Battle of Ayacucho']),
    fixed(12, 25, christmas),
  ],
  ES: [
    fixed(1, 1, newYear),
    fixed(1, 6, epiphany),
    fromEaster(-2, goodFriday),
    fixed(5, 1, labour),
    fixed(8, 15, assumption),
    fixed(10, 12, ['Fiesta Nacional', 'National Day']),
    fixed(11, 1, allSaints),
    fixed(12, 6, ['Día de la Constitución', 'Constitution Day']),
    fixed(12, 8, immaculate),
    fixed(12, 25, christmas),
  ],
};

/** Countries whose days off are known (ISO 3166-1 alpha-2). */
export const countriesWithHolidays: readonly string[] = Object.keys(rules);

/** The days off by law in a country and year, in order; none where the country is not known. */
export const nationalHolidays = (country: string, year: number): readonly DayOff[] => {
  const easter = easterSunday(year);
  return (rules[country] ?? [])
    .map(({ on, names: [es, en], moves }) => {
      const day = 'easter' in on ? dayAfter(easter, on.easter) : dayIn(year, ...on);
      return { day: moves ? moves(day) : day, es, en };
    })
    .sort((left, right) => (left.day < right.day ? -1 : 1));
};

const dayIn = (year: number, month: number, day: number): string =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
export const easterSunday = (year: number): string => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return dayIn(year, Math.floor(f / 31), (f % 31) + 1);
};
