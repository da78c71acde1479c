import type { AnyEntity, AnyRow, Context, DomainEvent, Registry } from '#kernel';

/** What betrays a person wherever it stands. */
export type Traces = {
  /** Ids of the person's own records. */
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly taxIds: readonly string[];
};

/** Entities whose records are people, under the extension point `privacy.subjects`. */
export type PrivacySubject = {
  readonly of: AnyEntity;
  /** What a record, as it is or as an event of it showed it, says of its person. */
  traces(values: Readonly<Record<string, unknown>>): Omit<Traces, 'ids'>;
  /** Whether the record is a person; organisations have no right to be forgotten. */
  isPerson(row: AnyRow): boolean;
};

/** Records that law keeps, under the extension point `privacy.keeps`. */
export type PrivacyKeep = {
  readonly of: string;
  /** Which law, as the report of an erasure names it. */
  readonly reason: string;
  /** For how many years, by the tenant's country, counted from the day in the field `since`. */
  readonly since: string;
  years(country: string): number;
  /** The field that names whose the record is, and the one that takes the tax identity (`{name, taxId}`) when that person is forgotten. */
  readonly holder?: string;
  readonly identity?: string;
};

/** Records that go with their person, under the extension point `privacy.belongings`: those whose field names the person. */
export type PrivacyBelonging = { readonly of: string; readonly field: string };

/**
 * What lies beside records of an entity without being one, under the extension point `privacy.loose`: it goes with its record, and
 * is shown to the person under this name.
 */
export type PrivacyLoose = {
  readonly of: string;
  readonly name: string;
  read(context: Context, record: string): Promise<readonly unknown[]>;
};

export const privacySubjects = 'privacy.subjects';
export const privacyKeeps = 'privacy.keeps';
export const privacyBelongings = 'privacy.belongings';
export const privacyLoose = 'privacy.loose';

/** The law that keeps records of an entity. */
export const keepFor = (registry: Registry, entity: string): PrivacyKeep | undefined =>
  (registry.contributions(privacyKeeps) as readonly PrivacyKeep[]).find(({ of }) => of === entity);

/** The last day on which a record is kept; `since` is a day or a moment. */
export const keptUntil = (keep: PrivacyKeep, since: string, country: string): string =>
  `${String(Number(since.slice(0, 4)) + keep.years(country))}${since.slice(4, 10)}`;

/** The kind of subject that an id is of. */
export const subjectOf = (registry: Registry, id: string): PrivacySubject | undefined =>
  (registry.contributions(privacySubjects) as readonly PrivacySubject[]).find(({ of }) =>
    id.startsWith(`${of.idPrefix}_`),
  );

/** Everything that a person was ever known by: the record as it is, and every version of it. */
export const tracesOf = (
  subject: PrivacySubject,
  id: string,
  row: AnyRow | undefined,
  events: readonly DomainEvent[],
): Traces => {
  const told = [...events.flatMap(({ data }) => (data ? [data] : [])), ...(row ? [row] : [])];
  return joined(told.map((values) => ({ ids: [id], ...subject.traces(values) })));
};

/** The traces of several records of one person. */
export const joined = (all: readonly Traces[]): Traces => {
  const together = (pick: (traces: Traces) => readonly string[]): readonly string[] => [
    ...new Set(all.flatMap(pick).filter((text) => text.length >= shortest)),
  ];
  return {
    ids: together(({ ids }) => ids),
    names: together(({ names }) => names),
    emails: together(({ emails }) => emails),
    phones: together(({ phones }) => phones),
    taxIds: together(({ taxIds }) => taxIds),
  };
};

/** Shorter texts stand everywhere. */
const shortest = 5;

/** The traces without those that somebody else has of his own: the office's phone stays the office's. */
export const without = (traces: Traces, others: Omit<Traces, 'ids'>): Traces => {
  const less = (own: readonly string[], theirs: readonly string[]) => own.filter((text) => !theirs.includes(text));
  return {
    ids: traces.ids,
    names: less(traces.names, others.names),
    emails: less(traces.emails, others.emails),
    phones: less(traces.phones, others.phones),
    taxIds: less(traces.taxIds, others.taxIds),
  };
};

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}+/gu, '');
const spellings = (text: string): readonly string[] => [...new Set([text, fold(text)])];

/** A number as people write it: with the country's code, with a zero, without either. */
const writtenPhones = (phone: string): readonly string[] => {
  const digits = phone.replace(/\D/g, '');
  const national = digits.slice(-9);
  return [phone, digits, `0${national}`, national].filter(({ length }) => length >= 8);
};

/** Whether a text names the person by something that nobody else has. */
export const mentions = (traces: Traces, text: string): boolean => {
  const folded = text.toLowerCase();
  const certain = [...traces.ids, ...traces.emails, ...traces.phones.flatMap(writtenPhones), ...traces.taxIds];
  return certain.some((trace) => folded.includes(trace.toLowerCase()));
};

/** What stands where a trace stood; still a mail address, still a number, so that the rest of the record stays what it is. */
const substitutes = {
  email: 'erased@erased.invalid',
  phone: '+10000000000',
  name: '[erased]',
  taxId: '[erased]',
} as const;

type Replacement = readonly [RegExp, string];

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

const replacementsFor = ({ names, emails, phones, taxIds }: Traces): readonly Replacement[] => {
  const pattern = (texts: readonly string[], substitute: string): readonly Replacement[] => {
    const longestFirst = [...new Set(texts)].sort((left, right) => right.length - left.length);
    if (longestFirst.length === 0) return [];
    return [[new RegExp(longestFirst.map(literally).join('|'), 'giu'), substitute]];
  };
  return [
    ...pattern(emails.flatMap(spellings), substitutes.email),
    ...pattern(phones.flatMap(writtenPhones), substitutes.phone),
    ...pattern(taxIds, substitutes.taxId),
    ...pattern(names.flatMap(spellings), substitutes.name),
  ];
};

/** Takes the traces out of any text, and of texts anywhere within a value; the very same value when there are none. */
export const eraser = (traces: Traces): { text(text: string): string; value(value: unknown): unknown } => {
  const replacements = replacementsFor(traces);
  const text = (given: string): string =>
    replacements.reduce((left, [found, substitute]) => left.replace(found, substitute), given);
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== 'object' || given === null || Object.getPrototypeOf(given) !== Object.prototype) return given;
    return Object.fromEntries(Object.entries(given).map(([name, inner]) => [text(name), value(inner)]));
  };
  return { text, value };
};
