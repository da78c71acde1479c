// One secret of a record: written, used, and shown to nobody.
import { prefixOf, type Context } from '#kernel';
import { seal, unseal } from './sealing.operations.ts';
import { SealedSecret } from './sealed-secret.entity.ts';

const idOf = (record: string): string => record.replace(prefixOf(record), SealedSecret.idPrefix);
const purposeOf = (record: string): string => `secret of ${record}`;

/** Keeps the secret of a record in place of the one before. */
export const keepSecret = async (context: Context, record: string, secret: string): Promise<void> => {
  const rows = context.trusted(SealedSecret);
  const [sealed, kept] = await Promise.all([seal(context, purposeOf(record), secret), rows.find(idOf(record))]);
  if (kept) rows.update(kept, { sealed });
  else rows.create({ record, sealed }, { id: idOf(record) });
};

/** The secret of a record; undefined where none was kept. */
export const secretOf = async (context: Context, record: string): Promise<string | undefined> => {
  const kept = await context.trusted(SealedSecret).find(idOf(record));
  return kept && unseal(context, purposeOf(record), kept.sealed);
};
