import {
  boolean,
  choice,
  defaulted,
  entity,
  list,
  longText,
  noOwner,
  object,
  optional,
  text,
  type Row,
  type Values,
} from '#kernel';
import { fold } from '#modules/platform/search';
import { familyProblems } from './characteristics.rules.ts';

/** What a characteristic of a family is: how it is written, and what may be said. */
const characteristicFields = {
  name: text({ min: 1, max: 80, describes: 'What is measured: weight, voltage, colour.' }),
  kind: defaulted(
    choice(['TEXT', 'NUMBER', 'CHOICE', 'YES_NO'], {
      named: 'CharacteristicKind',
      describes: 'Any words, a number, one of the choices, or `yes` and `no`.',
    }),
    'TEXT',
  ),
  unit: optional(text({ max: 20, describes: 'The unit of all values: kg, V. Products need not name it.' })),
  choices: optional(list(text({ min: 1, max: 200 }), { max: 100, describes: 'Of a CHOICE: what may be said.' })),
  isRequired: defaulted(boolean({ describes: 'Whether no product of the family may be without it.' }), false),
};
/** What a characteristic of a family is. */
export type FamilyCharacteristic = Values<typeof characteristicFields>;
/** What a characteristic of a family is, as a field. */
export const familyCharacteristic = object('FamilyCharacteristic', characteristicFields);

/** A family of products, and which technical data its products have. */
export const ProductFamily = entity('ProductFamily', {
  idPrefix: 'fam',
  plural: 'productFamilies',
  describes:
    'A family or line of products with the technical data that its products have. One within another, written `Drinks/Juices`, has those of the outer family as well. Products may name families of which nothing is said here.',
  fields: {
    path: text({
      min: 1,
      max: 80,
      pattern: /^[^/]+(\/[^/]+)*$/,
      unique: (path: string) => fold(path),
      search: 'words',
      describes: 'As products name it, with the families that it lies within: `Drinks/Juices`.',
    }),
    description: optional(longText({ describes: 'What belongs to it.' })),
    characteristics: defaulted(
      list(familyCharacteristic, { max: 100, describes: 'Which technical data its products have, in their order.' }),
      [],
    ),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'path' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  title: ({ path }) => path,
  check: (family) => familyProblems(family),
});

/** A family, as code sees it. */
export type ProductFamilyRow = Row<typeof ProductFamily>;
