// Families: what they ask of products, and products found and compared by their technical data.
import {
  boolean,
  given,
  list,
  object,
  optional,
  problemsError,
  query,
  records,
  ref,
  text,
  type Context,
} from '#kernel';
import {
  askedBy,
  characteristicProblems,
  isAsWanted,
  settleCharacteristics,
  type Asked,
  type Characteristic,
} from './characteristics.rules.ts';
import { fold } from '#modules/platform/search';
import { ancestorsOf, isWithin } from './family-paths.rules.ts';
import { familyCharacteristic, ProductFamily } from './product-family.entity.ts';
import { Product, type ProductRow } from './product.entity.ts';

const mostCompared = 20;
/** Products of a family that are looked at, and families within one. */
const mostLookedAt = 100;
const mostFamilies = 10;

const path = text({ min: 1, max: 80, describes: 'The family, as products name it: `Drinks/Juices`.' });

export const familyCharacteristics = query('familyCharacteristics', {
  describes:
    'The technical data that products of a family have: its own and those of the families that it lies within.',
  needs: 'productFamily.read',
  input: { family: path },
  returns: {
    characteristics: list(familyCharacteristic, {
      max: 1000,
      describes: 'In the order of the outermost family first.',
    }),
  },
  run: async ({ family }, context) => ({ characteristics: await askedIn(context, family) }),
});

export const findProducts = query('findProducts', {
  describes:
    'Products of a family, and of those within it, by their technical data: all conditions hold. Numbers compare as numbers.',
  needs: 'product.read',
  input: {
    family: path,
    characteristics: list(
      object('CharacteristicCondition', {
        name: text({ max: 80, describes: 'Which one.' }),
        is: optional(text({ max: 200, describes: 'It has this value.' })),
        from: optional(text({ max: 40, describes: 'It is a number not under this.' })),
        to: optional(text({ max: 40, describes: 'It is a number not over this.' })),
      }),
      { max: 20, describes: 'What they must have.' },
    ),
  },
  returns: {
    products: records(Product, 'Those that are so, active ones only.'),
    isComplete: boolean({
      describes:
        'False where there are more products than are looked at: 100 of a family, 10 families of the first 100.',
    }),
  },
  run: async ({ family, characteristics }, context) => {
    const { rows, isComplete } = await productsWithin(context, family);
    const products = rows.filter(
      (row) => row.active && row.archivedAt === undefined && isAsWanted(row.characteristics, characteristics),
    );
    return { products, isComplete };
  },
});

export const compareProducts = query('compareProducts', {
  describes: 'Products beside one another: for each characteristic the value that each of them has.',
  needs: 'product.read',
  input: {
    ids: list(ref('Product'), { max: mostCompared, describes: 'Which products, in the order of the columns.' }),
  },
  returns: {
    products: records(Product, 'The columns.'),
    rows: list(
      object('ComparedCharacteristic', {
        name: text({ describes: 'What is compared.' }),
        unit: optional(text({ describes: 'The unit, where all have the same.' })),
        values: list(text(), { max: mostCompared, describes: 'One for each product; empty where it says nothing.' }),
        isDifferent: boolean({ describes: 'Whether not all have the same value.' }),
      }),
      { max: mostCompared * 100, describes: 'One for each characteristic that one of them has.' },
    ),
  },
  run: async ({ ids }, { data }) => {
    const found = await data(Product).getMany(ids);
    const products = [...new Set(ids)].flatMap((id) => found.get(id) ?? []);
    return { products, rows: comparedIn(products) };
  },
});

/** What a product keeps as its technical data, as its family wants it. @throws BAD_CHARACTERISTIC, CHARACTERISTIC_MISSING */
export const settleFor = async (
  context: Context,
  { family, characteristics }: Pick<ProductRow, 'family' | 'characteristics'>,
): Promise<readonly Characteristic[] | undefined> => {
  if (family === undefined) return characteristics;
  const asked = await askedIn(context, family);
  const problems = characteristicProblems(characteristics ?? [], asked);
  if (problems.length > 0) throw problemsError(problems);
  return characteristics && settleCharacteristics(characteristics, asked);
};

const askedIn = async ({ trusted }: Context, family: string): Promise<readonly Asked[]> => {
  const paths = ancestorsOf(family).map(fold);
  const found = await trusted(ProductFamily).findAllUnique('path', paths);
  return askedBy(paths.flatMap((each) => found.get(each) ?? []).filter(({ archivedAt }) => archivedAt === undefined));
};

/** The products of a family and of those within it, and whether these are all. */
export const productsWithin = async (
  context: Context,
  family: string,
): Promise<{ readonly rows: readonly ProductRow[]; readonly isComplete: boolean }> => {
  const { families, isAll } = await familiesWithin(context, family);
  const pages = await Promise.all(
    families.map((of) => context.data(Product).page('byFamily', { of, first: mostLookedAt })),
  );
  return {
    rows: pages.flatMap((page) => page.rows),
    isComplete: isAll && pages.every(({ hasNextPage }) => !hasNextPage),
  };
};

const familiesWithin = async ({ trusted }: Context, family: string) => {
  const { rows, hasNextPage } = await trusted(ProductFamily).page('all', { first: 100 });
  const within = new Set([family, ...rows.map((row) => row.path).filter((each) => isWithin(each, family))]);
  return { families: [...within].slice(0, mostFamilies), isAll: !hasNextPage && within.size <= mostFamilies };
};

const comparedIn = (products: readonly ProductRow[]) => {
  const all = products.flatMap(({ characteristics = [] }) => characteristics);
  return [...Map.groupBy(all, ({ name }) => fold(name))].map(([key, [first]]) => {
    const said = products.map(({ characteristics = [] }) => characteristics.find(({ name }) => fold(name) === key));
    const units = new Set(said.flatMap((each) => each?.unit ?? []));
    const values = said.map((each) => each?.value ?? '');
    return given({
      name: first?.name ?? key,
      unit: units.size === 1 ? [...units][0] : undefined,
      values,
      isDifferent: new Set(values).size > 1,
    });
  });
};
