// Types of a schema as a person reads them, for tests to compare.
import { printType, type GraphQLSchema } from 'graphql';

/** A type as SDL without its descriptions, in the order of its declaration. */
export const sdl = (schema: GraphQLSchema, name: string): string => {
  const type = schema.getType(name);
  if (!type) throw new Error(`There is no type ${name}.`);
  return printType(type)
    .replaceAll(/\n? *"""[^]*?"""/g, '')
    .replaceAll(/\n\s*\n/g, '\n')
    .trim();
};
