import { projection } from '#kernel';
import { blocksOf } from './blocking.rules.ts';
import { identityIn, kindOf } from './kinds.rules.ts';

/** The partition of a key. */
export const keyPartition = (key: string): string => `duplicate#${key}`;

/** One entry for each key of a record, under which those are found that may be the same. */
export const duplicateKeys = projection('duplicateKeys', {
  describes: 'The keys under which records are found that may be the same: sounds of names, e-mail, phone, tax number.',
  of: ['*'],
  items: (row, of, registry) => {
    const kind = row.archivedAt === undefined ? kindOf(registry, of.name) : undefined;
    const keys = kind ? new Set(blocksOf(identityIn(kind, row))) : [];
    return [...keys].map((key) => ({ partition: keyPartition(key), sort: `${of.name}#${row.id}` }));
  },
});
