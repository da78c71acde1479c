import { externalKey, type AnyEntity, type AnyRow, type Context, type KeySpec, type Repository } from '#kernel';
import { sortable } from '#kernel/codec';

/** What a text finds: one record, several, or none. */
export type Found = { readonly id: string } | { readonly several: readonly string[] } | undefined;

const together = 16;

/** The records that texts name by a field (`name`, a unique one, `externalIds.<system>`, `id`), by text in small letters. */
export const lookUp = async (
  context: Context,
  of: AnyEntity,
  by: string,
  texts: readonly string[],
): Promise<ReadonlyMap<string, Found>> => {
  const asked = [...new Set(texts.map((text) => text.toLowerCase()))];
  const originals = new Map(texts.map((text) => [text.toLowerCase(), text]));
  const found = new Map<string, Found>();
  const rows = await batched(context, of, by, [...originals.values()]);
  if (rows) {
    for (const [text, row] of rows) found.set(text.toLowerCase(), { id: row.id });
    return found;
  }
  let next = 0;
  const work = async (): Promise<void> => {
    for (let text = asked[next++]; text !== undefined; text = asked[next++])
      found.set(text, await findOne(context, of, by, originals.get(text) ?? text));
  };
  await Promise.all(Array.from({ length: Math.min(together, asked.length) }, work));
  return found;
};

/** Ids and unique values are found for all texts at once. */
const batched = async (
  { data }: Context,
  of: AnyEntity,
  by: string,
  texts: readonly string[],
): Promise<ReadonlyMap<string, AnyRow> | undefined> => {
  const repository: Repository<AnyEntity> = data(of);
  if (by === 'id') return repository.getMany(texts);
  const [name = '', system] = by.split('.');
  if (of.fields[name]?.unique === undefined) return undefined;
  if (system === undefined && of.fields[name].unique !== true) return undefined;
  const keys = new Map(texts.map((text) => [system === undefined ? text : externalKey({ system, id: text }), text]));
  const rows = (await repository.findAllUnique(name, [...keys.keys()])) as ReadonlyMap<string, AnyRow>;
  return new Map([...rows].map(([key, row]) => [keys.get(key) ?? key, row]));
};

const findOne = async ({ data }: Context, of: AnyEntity, by: string, text: string): Promise<Found> => {
  const repository: Repository<AnyEntity> = data(of);
  const key = Object.entries<KeySpec>(of.keys).find(([, spec]) => serves(spec, by));
  const page = key
    ? await repository.page(key[0], { first: 20, ...rangeOf(of, key[1], by, text) })
    : await repository.list({ where: { [by]: { eq: text } }, first: 2 });
  const exact = (page.rows as readonly AnyRow[]).filter((row) => plain(row[by]) === plain(text));
  if (exact.length > 1) return { several: exact.slice(0, 10).map(({ id }) => id) };
  return exact[0] && { id: exact[0].id };
};

const plain = (value: unknown): string => String(value).normalize('NFC').trim().toLowerCase();

const serves = (spec: KeySpec, by: string): boolean =>
  'gsi' in spec && ((spec.gsi === 5 && spec.of === by) || (spec.gsi === 3 && spec.sort === by));

const rangeOf = (of: AnyEntity, spec: KeySpec, by: string, text: string) => {
  if ('gsi' in spec && spec.gsi === 5) return { of: text };
  const sort = sortable(of.fields[by]?.shape ?? { kind: 'dateTime' }, text);
  return { from: sort, to: sort };
};
