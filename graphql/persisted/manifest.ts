// Operations that clients of ours may send by their id alone: each document of this folder, checked against the schema, in
// the manifest format that Apollo's clients read.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print, separateOperations, validate, type DocumentNode, type GraphQLSchema } from 'graphql';

/** One operation; its id is the SHA-256 of its text, as automatic persisted queries have it. */
export type PersistedOperation = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly body: string;
};

/** The manifest of all documents. @throws the first thing that the schema does not know */
export const makeManifest = (schema: GraphQLSchema) => ({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: documents().flatMap((document) => operationsOf(schema, document)),
});

const documents = (): readonly DocumentNode[] =>
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => parse(readFileSync(join(import.meta.dirname, file), 'utf8')));

const operationsOf = (schema: GraphQLSchema, document: DocumentNode): readonly PersistedOperation[] => {
  const [error] = validate(schema, document);
  if (error) throw error;
  return Object.entries(separateOperations(document)).map(([name, separated]) => {
    const body = print(separated);
    const type = separated.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.operation;
    return { id: createHash('sha256').update(body).digest('hex'), name, type: type ?? 'query', body };
  });
};
