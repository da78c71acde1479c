// What a change of the schema would break for clients, unless a decision record says that it is meant.
import { buildSchema, findBreakingChanges } from 'graphql';

const announcement = /^Breaks the API: *(\S+)/gm;

/** The names that texts announce as broken, each on a line `Breaks the API: <Type>.<field>`, or a type's name alone. */
export const announcedIn = (texts: string): ReadonlySet<string> =>
  new Set([...texts.matchAll(announcement)].map((match) => match[1] ?? ''));

/** The breaking changes between two schemas as SDL of which none of the announced names is said. */
export const unannouncedChanges = (before: string, after: string, announced: ReadonlySet<string>): readonly string[] =>
  findBreakingChanges(buildSchema(before), buildSchema(after))
    .map(({ description }) => description)
    .filter((description) => ![...announced].some((name) => names(description, name)));

const names = (description: string, name: string): boolean =>
  description.split(/[^\w.]+/).some((word) => word.replace(/\.$/, '') === name);
