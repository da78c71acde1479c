import { projection, type AnyEntity, type AnyRow, type KeySpec } from '#kernel';
import { emailBlock, nameBlock, rareBlocks } from './blocking.rules.ts';
import { identityIn, kindOf } from './kinds.rules.ts';

/** The partition of a key. */
export const keyPartition = (key: string): string => `duplicate#${key}`;

/**
 * The keys of a record that nothing else tells: the name marks the record, its own e-mail address is its natural key, and phones are in the
 * index of the search. So most records have no entry here.
 */
export const duplicateKeys = projection('duplicateKeys', {
  describes:
    'The keys under which records are found that may be the same: sounds of names, further e-mails, tax number.',
  of: ['*'],
  items: (row, of, registry) => {
    const kind = row.archivedAt === undefined ? kindOf(registry, of.name) : undefined;
    if (!kind) return [];
    const identity = identityIn(kind, row);
    const further = identity.emails.filter((mailbox) => mailbox !== naturalKey(of, row));
    const keys = new Set([...further.map(emailBlock), ...rareBlocks(identity)]);
    return [...keys].map((key) => ({ partition: keyPartition(key), sort: `${of.name}#${row.id}` }));
  },
  mark: (row, of, registry) => {
    const kind = row.archivedAt === undefined ? kindOf(registry, of.name) : undefined;
    const key = kind && nameBlock(identityIn(kind, row));
    return key === undefined ? undefined : keyPartition(key);
  },
});

const naturalKey = (of: AnyEntity, row: AnyRow): unknown => {
  const natural = Object.values<KeySpec>(of.keys).find((spec) => 'gsi' in spec && spec.gsi === 5);
  return natural && 'of' in natural ? row[natural.of] : undefined;
};
