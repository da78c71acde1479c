// Fields: what a value is, said once. Everything else (row type, validation, API, search, import) is made from it.

/** The stored and spoken kinds of value. In rows: decimal and percent are exact decimal strings, date is `YYYY-MM-DD`, dateTime ISO UTC. */
export type Shape =
  | {
      readonly kind: 'text';
      readonly max: number;
      readonly min?: number;
      readonly pattern?: RegExp;
      readonly form?: string;
    }
  | { readonly kind: 'longText'; readonly max: number }
  | { readonly kind: 'number' | 'integer'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'decimal'; readonly scale: number; readonly min?: string; readonly max?: string }
  | { readonly kind: 'percent'; readonly min: string; readonly max: string }
  | { readonly kind: 'boolean' | 'date' | 'dateTime' | 'money' | 'email' | 'phone' | 'url' | 'json' }
  | {
      readonly kind: 'choice';
      readonly options: readonly string[];
      readonly named?: string;
      /** What people call the options, where a tenant says so. */
      readonly labels?: Readonly<Record<string, Labels>>;
    }
  | { readonly kind: 'ref'; readonly to: string }
  | { readonly kind: 'tags'; readonly max: number }
  | { readonly kind: 'list'; readonly of: AnyField; readonly max: number }
  | {
      readonly kind: 'object';
      readonly named: string;
      readonly fields: FieldMap;
      /** Its fields are the tenant's own: changes merge by key. */
      readonly custom?: true;
    }
  | { readonly kind: 'parts'; readonly named: string; readonly fields: FieldMap }
  | { readonly kind: 'page'; readonly of: string };

/** The kinds of value. */
export type Kind = Shape['kind'];

/** required: must be given. defaulted: may be left out. optional: may be absent. derived: computed, never an input. */
export type Presence = 'required' | 'defaulted' | 'optional' | 'derived' | 'derivedOptional';

declare const value: unique symbol;

/** A field of an entity, an input or an answer. */
export type Field<Value, P extends Presence> = {
  readonly [value]?: Value;
  readonly shape: Shape;
  readonly presence: P;
  readonly describes: string;
  readonly default?: unknown;
  /** Hidden in logs, exports and search unless a role says otherwise. */
  readonly sensitive?: boolean;
  /** Goes into the search index: its words (`words`) or its digits (`digits`, for phones and tax ids). */
  readonly search?: 'words' | 'digits';
  /** No two records of the tenant share this value, nor any value of this list. */
  readonly unique?: boolean | UniqueKey;
  /** What people call it, where a tenant says so. */
  readonly labels?: Labels;
  /** Out of use: it is read, and can only be removed. */
  readonly retired?: true;
  /** Within a value: seen only by those who see this field of an entity, as `Product.cost`. */
  readonly seenWith?: string;
};

/** A name for people. */
export type Labels = { readonly es: string; readonly en: string };

/** The text by which a value is unique, where the value alone does not say: made of it and its record, without regard to case. */
export type UniqueKey = (value: never, row: Readonly<Record<string, unknown>>) => string;

/** Any field, when its value does not matter. */
export type AnyField = Field<unknown, Presence>;
/** Fields by name: those of an entity, an input or an answer. */
export type FieldMap = { readonly [name: string]: AnyField };

/** Money: integer minor units of an ISO 4217 currency. */
export type Money = { readonly minor: number; readonly currency: string };
/** A point on earth, WGS 84 degrees. */
export type GeoPoint = { readonly latitude: number; readonly longitude: number };

type About = {
  readonly describes?: string;
  readonly sensitive?: boolean;
  readonly search?: 'words' | 'digits';
  readonly unique?: boolean | UniqueKey;
};

const make = <Value>(shape: Shape, about: About = {}): Field<Value, 'required'> => ({
  shape,
  presence: 'required',
  describes: about.describes ?? '',
  ...(about.sensitive && { sensitive: true }),
  ...(about.search && { search: about.search }),
  ...(about.unique && { unique: about.unique }),
});

/** One line of text; at most `max` characters (200 when not said). */
export const text = (options: About & { max?: number; min?: number; pattern?: RegExp } = {}) =>
  make<string>(
    {
      kind: 'text',
      max: options.max ?? 200,
      ...(options.min !== undefined && { min: options.min }),
      ...(options.pattern && { pattern: options.pattern }),
    },
    options,
  );
/** Text of several lines; at most `max` characters (10,000 when not said). */
export const longText = (options: About & { max?: number } = {}) =>
  make<string>({ kind: 'longText', max: options.max ?? 10_000 }, options);

type Range = { min?: number; max?: number };
const range = ({ min, max }: Range) => ({ ...(min !== undefined && { min }), ...(max !== undefined && { max }) });
/** A binary floating-point number: measures, never money. */
export const number = (options: About & Range = {}) => make<number>({ kind: 'number', ...range(options) }, options);
/** A whole number within +-2^53. */
export const integer = (options: About & Range = {}) => make<number>({ kind: 'integer', ...range(options) }, options);
/** An exact decimal as a string; at most `scale` decimals (6 when not said). */
export const decimal = (options: About & { scale?: number; min?: string; max?: string } = {}) =>
  make<string>(
    {
      kind: 'decimal',
      scale: options.scale ?? 6,
      ...(options.min !== undefined && { min: options.min }),
      ...(options.max !== undefined && { max: options.max }),
    },
    options,
  );
/** A percentage as an exact decimal string: `'12.5'` is 12.5 %. 0 to 100 when not said. */
export const percent = (options: About & { min?: string; max?: string } = {}) =>
  make<string>({ kind: 'percent', min: options.min ?? '0', max: options.max ?? '100' }, options);
/** True or false. */
export const boolean = (about?: About) => make<boolean>({ kind: 'boolean' }, about);
/** A calendar day, `YYYY-MM-DD`. */
export const date = (about?: About) => make<string>({ kind: 'date' }, about);
/** A moment, ISO 8601 in UTC with milliseconds. */
export const dateTime = (about?: About) => make<string>({ kind: 'dateTime' }, about);
/** An amount of money in integer minor units. */
export const money = (about?: About) => make<Money>({ kind: 'money' }, about);
/** An e-mail address, its domain in lower case. */
export const email = (about?: About) => make<string>({ kind: 'email' }, about);
/** A phone number in E.164: `+593991234567`. National numbers are completed with the tenant's country. */
export const phone = (about?: About) => make<string>({ kind: 'phone' }, about);
/** A web address, http or https. */
export const url = (about?: About) => make<string>({ kind: 'url' }, about);
/** Any JSON value, for data whose form the tenant or a partner defines. */
export const json = <Value = unknown>(about?: About) => make<Value>({ kind: 'json' }, about);
/** One of a closed set of words. `named` gives the GraphQL enum a name of its own, to share it between fields. */
export const choice = <const Option extends string>(
  options: readonly Option[],
  about: About & { named?: string } = {},
) => make<Option>({ kind: 'choice', options, ...(about.named && { named: about.named }) }, about);
/** The id of a record of another entity, by the entity's name. */
export const ref = (to: string, about?: About) => make<string>({ kind: 'ref', to }, about);
/** Free labels, a set; at most `max` (50 when not said). */
export const tags = (options: About & { max?: number } = {}) =>
  make<readonly string[]>({ kind: 'tags', max: options.max ?? 50 }, options);
/** Several values in order; at most `max` (50 when not said). */
export const list = <Value>(of: Field<Value, Presence>, options: About & { max?: number } = {}) =>
  make<readonly Value[]>({ kind: 'list', of, max: options.max ?? 50 }, options);
/** A value made of named fields; `named` is its GraphQL type. */
export const object = <const Fields extends FieldMap>(named: string, fields: Fields, about?: About) =>
  make<Values<Fields>>({ kind: 'object', named, fields }, about);
/** Lines of a document: stored beside the row, at most 500, read on demand. */
export const parts = <const Fields extends FieldMap>(named: string, fields: Fields, about?: About) =>
  make<readonly Values<Fields>[]>({ kind: 'parts', named, fields }, about);
/** A stored file, by the id of its File record. */
export const file = (about?: About) => make<string>({ kind: 'ref', to: 'File' }, about);
/** A point on earth, WGS 84 degrees. */
export const geoPoint = (about?: About) =>
  object(
    'GeoPoint',
    {
      latitude: number({ min: -90, max: 90, describes: 'Degrees north of the equator.' }),
      longitude: number({ min: -180, max: 180, describes: 'Degrees east of Greenwich.' }),
    },
    about,
  );
/** A postal address with an optional point. `country` is ISO 3166-1 alpha-2. */
export const address = (about?: About) => object('Address', addressFields, about);

/** An id that a record has in another system. */
export type ExternalId = { readonly system: string; readonly id: string };
/** The text under which `findUnique('externalIds', ...)` finds its record. */
export const externalKey = ({ system, id }: ExternalId): string => `${system}:${id}`;
/** The ids of a record in other systems; no two records of an entity share one. */
export const externalIds = () =>
  optional(
    list(object('ExternalId', externalIdFields), {
      max: 20,
      unique: externalKey,
      describes: 'Its ids in other systems; no two records share one.',
    }),
  );
const externalIdFields = {
  system: text({ max: 60, describes: 'The other system: erp, shop.' }),
  id: text({ describes: 'Its id there.' }),
};

/** May be absent. */
export const optional = <Value>(field: Field<Value, Presence>): Field<Value, 'optional'> => ({
  ...field,
  presence: 'optional',
});
/** Computed by the entity's rules or operations; never an input. */
export const derived = <Value>(field: Field<Value, 'required'>): Field<Value, 'derived'> => ({
  ...field,
  presence: 'derived',
});
/** Computed, and may be absent. */
export const derivedOptional = <Value>(field: Field<Value, Presence>): Field<Value, 'derivedOptional'> => ({
  ...field,
  presence: 'derivedOptional',
});
/** Takes this value when none is given. */
export const defaulted = <Value>(
  field: Field<Value, 'required'>,
  fallback: NoInfer<Value>,
): Field<Value, 'defaulted'> => ({
  ...field,
  presence: 'defaulted',
  default: fallback,
});

type ValueOf<F> = F extends Field<infer Value, Presence> ? Value : never;
type Named<F extends FieldMap, P extends Presence> = {
  [Name in keyof F]: F[Name] extends Field<unknown, infer Has> ? (Has extends P ? Name : never) : never;
}[keyof F];

/** What a stored record, or a part of one, holds. */
export type Values<F extends FieldMap> = Simplify<
  { readonly [Name in Named<F, 'required' | 'defaulted' | 'derived'>]: ValueOf<F[Name]> } & {
    readonly [Name in Named<F, 'optional' | 'derivedOptional'>]?: ValueOf<F[Name]>;
  }
>;
/** What a client gives to make one. */
export type Input<F extends FieldMap> = Simplify<
  { readonly [Name in Named<F, 'required'>]: ValueOf<F[Name]> } & {
    readonly [Name in Named<F, 'defaulted' | 'optional'>]?: ValueOf<F[Name]>;
  }
>;
/** An input once it was accepted: what has a default is there. */
export type Accepted<F extends FieldMap> = Simplify<
  { readonly [Name in Named<F, 'required' | 'defaulted'>]: ValueOf<F[Name]> } & {
    readonly [Name in Named<F, 'optional'>]?: ValueOf<F[Name]>;
  }
>;
/** What code gives to make one: the input, and derived fields that it has computed itself. */
export type Draft<F extends FieldMap> = Simplify<
  Input<F> & { readonly [Name in Named<F, 'derived' | 'derivedOptional'>]?: ValueOf<F[Name]> }
>;
/** What code gives to change one: absent keeps, null clears what may be absent. */
export type Changes<F extends FieldMap> = Simplify<
  { readonly [Name in Named<F, 'required' | 'defaulted' | 'derived'>]?: ValueOf<F[Name]> } & {
    readonly [Name in Named<F, 'optional' | 'derivedOptional'>]?: ValueOf<F[Name]> | null;
  }
>;
/** Shows a type as one flat object. */
export type Simplify<T> = { [K in keyof T]: T[K] };

const addressFields = {
  label: optional(text({ max: 60, describes: 'What the address is for: office, warehouse, billing.' })),
  street: optional(text({ describes: 'Street, number and the like.' })),
  city: optional(text({ max: 120, describes: 'City or town.' })),
  province: optional(text({ max: 120, describes: 'Province or state.' })),
  postcode: optional(text({ max: 20, describes: 'Postal code.' })),
  country: optional(text({ min: 2, max: 2, describes: 'ISO 3166-1 alpha-2.' })),
  point: optional(geoPoint({ describes: 'Where it is, when known.' })),
};
/** A postal address as rows hold it. */
export type Address = Values<typeof addressFields>;
