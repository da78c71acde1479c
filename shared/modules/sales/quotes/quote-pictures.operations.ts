// The pictures of a quote's lines: their own, or the first one of the product.
import type { Context } from '#kernel';
import { Product } from '#modules/catalog/products';
import { File, fileKey, type FileRow } from '#modules/platform/files';
import type { QuoteRow } from './quote.entity.ts';

/** Larger ones, and more of them, would make a document that no mail server takes; they are left out. */
const mostBytes = 1_000_000;
const mostPictures = 60;

/** The files of the pictures that can be shown, by the key of the line; the first of each is the one beside it. */
export const pictureFilesOf = async (
  { trusted }: Context,
  { lines }: Pick<QuoteRow, 'lines'>,
): Promise<ReadonlyMap<string, readonly FileRow[]>> => {
  const asking = lines.flatMap(({ pictures, product }) => (pictures || !product ? [] : [product]));
  const products = await trusted(Product).getMany([...new Set(asking)]);
  const named = lines.map(({ key, pictures, product = '' }) => ({
    key,
    ids: pictures ?? products.get(product)?.pictures?.slice(0, 1) ?? [],
  }));
  const wanted = [...new Set(named.flatMap(({ ids }) => ids))].slice(0, mostPictures);
  const files = await trusted(File).getMany(wanted);
  return new Map(
    named.map(({ key, ids }) => [key, ids.flatMap((id) => files.get(id) ?? []).filter((file) => isShown(file))]),
  );
};

const isShown = ({ status, contentType, size, archivedAt }: FileRow): boolean =>
  status === 'READY' && archivedAt === undefined && /^image\/(png|jpeg)$/.test(contentType) && size <= mostBytes;

/** The bytes of the pictures, by the key of the line. */
export const picturesOf = async (
  context: Context,
  quote: Pick<QuoteRow, 'lines'>,
): Promise<ReadonlyMap<string, readonly Uint8Array[]>> => {
  const { ports, actor } = context;
  const files = await pictureFilesOf(context, quote);
  const ids = [...new Set([...files.values()].flat().map(({ id }) => id))];
  const read = await Promise.all(ids.map((id) => ports.files.get(fileKey(actor.tenant, id))));
  const bytes = new Map(ids.map((id, index) => [id, read[index]]));
  return new Map([...files].map(([key, own]) => [key, own.flatMap(({ id }) => bytes.get(id) ?? [])]));
};
