// Technical data: what a family asks of its products, whether they say it, and how two of them compare.
import { given, type Path, type Problem } from '#kernel';
import { canonicalDecimal, compareDecimals } from '#kernel/decimals';
import { fold } from '#modules/platform/search';

/** A value of a product. */
export type Characteristic = { readonly name: string; readonly value: string; readonly unit?: string };

/** What a family asks. */
export type Asked = {
  readonly name: string;
  readonly kind: 'TEXT' | 'NUMBER' | 'CHOICE' | 'YES_NO';
  readonly unit?: string;
  readonly choices?: readonly string[];
  readonly isRequired: boolean;
};

/** What somebody looks for: a value, or a number between two. */
export type Wanted = { readonly name: string; readonly is?: string; readonly from?: string; readonly to?: string };

/** What is wrong with a family. */
export const familyProblems = ({ characteristics }: { readonly characteristics: readonly Asked[] }) =>
  characteristics.flatMap(({ name, kind, choices = [] }, index): readonly Problem[] => {
    const path = ['characteristics', index];
    const isTwice = characteristics.findIndex((other) => fold(other.name) === fold(name)) < index;
    return [
      ...(isTwice ? [{ code: 'CHARACTERISTIC_TWICE', message: `${name} is there already.`, path }] : []),
      ...((kind === 'CHOICE') === choices.length > 0
        ? []
        : [{ code: 'BAD_CHOICES', message: 'A CHOICE has choices, and nothing else has.', path }]),
    ];
  });

/** All that a product of a family is asked for; where two families ask for the same, the inner one counts. */
export const askedBy = (innerFirst: readonly { readonly characteristics: readonly Asked[] }[]): readonly Asked[] => {
  const asked = new Map<string, Asked>();
  for (const { characteristics } of innerFirst.toReversed())
    for (const each of characteristics) asked.set(fold(each.name), each);
  return [...asked.values()];
};

/** The values as they are kept: numbers in one way of writing, choices and names as the family writes them, units filled in. */
export const settleCharacteristics = (
  values: readonly Characteristic[],
  asked: readonly Asked[],
): readonly Characteristic[] =>
  values.map((value) => {
    const rule = ruleFor(value, asked);
    return rule ? given({ name: rule.name, value: settled(value, rule), unit: value.unit ?? rule.unit }) : value;
  });

/** What a family finds wrong with the values of a product. */
export const characteristicProblems = (
  values: readonly Characteristic[],
  asked: readonly Asked[],
): readonly Problem[] => [
  ...values.flatMap((value, index) => valueProblems(value, ruleFor(value, asked), ['characteristics', index])),
  ...asked
    .filter(({ name, isRequired }) => isRequired && !values.some((value) => fold(value.name) === fold(name)))
    .map(({ name }) => ({
      code: 'CHARACTERISTIC_MISSING',
      message: `Products of this family say their ${name}.`,
      path: ['characteristics'],
    })),
];

/** Whether a product is as somebody wants it. Numbers compare as numbers, in the unit of the family. */
export const isAsWanted = (values: readonly Characteristic[] = [], wanted: readonly Wanted[]): boolean =>
  wanted.every(({ name, is, from, to }) => {
    const value = values.find((each) => fold(each.name) === fold(name))?.value;
    if (value === undefined) return false;
    return (is === undefined || isSame(value, is)) && isBetween(value, from, to);
  });

const isSame = (value: string, other: string): boolean => {
  const [one, two] = [canonicalDecimal(value), canonicalDecimal(other)];
  return one !== undefined && two !== undefined ? one === two : fold(value) === fold(other);
};

const isBetween = (value: string, from?: string, to?: string): boolean => {
  if (from === undefined && to === undefined) return true;
  const number = canonicalDecimal(value);
  if (number === undefined) return false;
  return (
    (from === undefined || compareDecimals(number, from) >= 0) && (to === undefined || compareDecimals(number, to) <= 0)
  );
};

const ruleFor = ({ name }: Characteristic, asked: readonly Asked[]): Asked | undefined =>
  asked.find((rule) => fold(rule.name) === fold(name));

const settled = ({ value }: Characteristic, rule: Asked): string =>
  rule.kind === 'NUMBER'
    ? (canonicalDecimal(value.trim()) ?? value)
    : (choicesOf(rule)?.find((choice) => fold(choice) === fold(value)) ?? value);

const valueProblems = (value: Characteristic, rule: Asked | undefined, path: Path): readonly Problem[] => {
  const message = rule && complaint(value, rule);
  return message === undefined ? [] : [{ code: 'BAD_CHARACTERISTIC', message, path }];
};

const complaint = (value: Characteristic, rule: Asked): string | undefined => {
  const { name, kind, unit = value.unit } = rule;
  if (value.unit !== undefined && value.unit !== unit) return `${name} is given in ${unit ?? ''}.`;
  if (kind === 'NUMBER' && canonicalDecimal(value.value.trim()) === undefined) return `${name} is a number.`;
  const may = choicesOf(rule);
  return may && !may.includes(settled(value, rule)) ? `${name} is one of: ${may.join(', ')}.` : undefined;
};

const choicesOf = ({ kind, choices = [] }: Asked): readonly string[] | undefined =>
  kind === 'CHOICE' ? choices : kind === 'YES_NO' ? ['yes', 'no'] : undefined;
