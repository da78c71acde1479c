import type { Labels, Problem } from '#kernel';
import { hasLength, hasOptions, hasRange, hasWords, isExact, widerKinds, type FieldKind } from './kinds.rules.ts';

type Option = { readonly key: string; readonly labels: Labels; readonly retired: boolean };

/** What rules read of a definition. */
export type Definition = {
  readonly recordType: string;
  readonly key: string;
  readonly kind: FieldKind;
  readonly options: readonly Option[];
  readonly refersTo?: string;
  readonly min?: string;
  readonly max?: string;
  readonly decimals?: number;
  readonly mask?: string;
  readonly searchable: boolean;
  readonly sensitive: boolean;
};

const wrong = (name: string, message: string, code = 'BAD_INPUT'): Problem => ({ code, message, path: [name] });
const when = (holds: boolean, problem: Problem): readonly Problem[] => (holds ? [problem] : []);

/** What is wrong with a definition, and what of a change would break records that there are. */
export const definitionProblems = (after: Definition, before?: Definition): readonly Problem[] => [
  ...partsProblems(after),
  ...limitProblems(after),
  ...optionProblems(after),
  ...(before ? changeProblems(after, before) : []),
];

const partsProblems = ({ kind, options, refersTo, searchable, sensitive }: Definition): readonly Problem[] => [
  ...when(hasOptions(kind) && options.length === 0, wrong('options', 'A choice needs options.')),
  ...when(!hasOptions(kind) && options.length > 0, wrong('options', 'Only a choice has options.')),
  ...when(kind === 'REFERENCE' && refersTo === undefined, wrong('refersTo', 'Say what it refers to: Contact.')),
  ...when(kind !== 'REFERENCE' && refersTo !== undefined, wrong('refersTo', 'Only a reference refers to records.')),
  ...when(
    searchable && !hasWords(kind) && !isExact(kind),
    wrong('searchable', `Nothing is searched by a value of kind ${kind}.`),
  ),
  ...when(searchable && sensitive, wrong('searchable', 'What is sensitive is not searched.')),
];

const limitProblems = ({ kind, min, max, decimals, mask }: Definition): readonly Problem[] => {
  const isLimited = hasLength(kind) || hasRange(kind);
  const isWhole = (limit: string | undefined): boolean => limit === undefined || /^\d{1,5}$/.test(limit);
  return [
    ...when(!isLimited && min !== undefined, wrong('min', `A value of kind ${kind} has no least value.`)),
    ...when(!isLimited && max !== undefined, wrong('max', `A value of kind ${kind} has no largest value.`)),
    ...when(hasLength(kind) && !isWhole(min), wrong('min', 'A number of characters is whole and not negative.')),
    ...when(hasLength(kind) && !isWhole(max), wrong('max', 'A number of characters is whole and not negative.')),
    ...when(
      min !== undefined && max !== undefined && Number(min) > Number(max),
      wrong('max', 'The largest value is less than the least one.'),
    ),
    ...when(decimals !== undefined && kind !== 'DECIMAL', wrong('decimals', 'Only a decimal number has decimals.')),
    ...when(mask !== undefined && kind !== 'TEXT', wrong('mask', 'Only a text of one line has a form.')),
  ];
};

const optionProblems = ({ options }: Definition): readonly Problem[] =>
  options.flatMap(({ key }, index) =>
    when(options.findIndex((option) => option.key === key) !== index, {
      code: 'BAD_INPUT',
      message: `Two options are called ${key}.`,
      path: ['options', index, 'key'],
    }),
  );

const changeProblems = (after: Definition, before: Definition): readonly Problem[] => [
  ...when(after.key !== before.key, wrong('key', fixed('key'), 'DEFINITION_FIXED')),
  ...when(after.recordType !== before.recordType, wrong('recordType', fixed('kind of record'), 'DEFINITION_FIXED')),
  ...when(
    after.kind !== before.kind && !widerKinds(before.kind).includes(after.kind),
    wrong('kind', kindMessage(before.kind, after.kind), 'KIND_WOULD_BREAK'),
  ),
  ...when(after.refersTo !== before.refersTo, wrong('refersTo', fixed('target'), 'DEFINITION_FIXED')),
  ...(hasOptions(after.kind) ? before.options : [])
    .filter(({ key }) => !after.options.some((option) => option.key === key))
    .map(({ key }) =>
      wrong('options', `The option ${key} cannot be removed, since records may hold it; retire it.`, 'OPTION_REMOVED'),
    ),
];

const fixed = (what: string): string => `The ${what} of a field stays. Retire this field and define another one.`;

const kindMessage = (from: FieldKind, to: FieldKind): string => {
  const possible = widerKinds(from);
  const way = possible.length > 0 ? `It can become ${possible.join(' or ')}.` : 'Its kind stays.';
  return `Values of kind ${from} are not all ${to}. ${way} Else retire this field, define another one and import its values.`;
};
