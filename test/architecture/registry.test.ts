import { globSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { commonCodes, eventTypesOf, requestCodes, signedIn, wordOf, type AnyField, type FieldMap } from '#kernel';
import { inputFieldsOf, isEntityAnswer } from '#kernel/operation';
import { modules, registry } from '#modules';
import { holdersOf } from '../../scripts/reference/permissions.ts';
import { read } from './tree.ts';

const entities = [...registry.entities.values()];
const operations = [...registry.operations.values()];
const jobs = [...registry.jobs.values()];

const word = /^[a-z][A-Za-z0-9]*$/;
const isEach = (names: readonly string[], form: RegExp): readonly string[] => names.filter((name) => !form.test(name));

describe('every module', () => {
  const folders = globSync('shared/modules/*/*/index.ts')
    .filter((path) => read(path).includes(' = module('))
    .map((path) => path.replaceAll('\\', '/').split('/').slice(2, 4).join('/'))
    .sort();

  it('is in the registry once, under the name of its folder', () => {
    expect(modules.map(({ name }) => name).sort()).toEqual(folders);
  });

  it('comes after the areas below it', () => {
    const areas = modules.map(({ name }) => name.split('/')[0]);
    expect([...new Set(areas)]).toEqual(areas.filter((area, index) => area !== areas[index - 1]));
  });
});

describe('every kind of record', () => {
  it('can be walked: it has a key of slot 3, by which the daily comparison with the log finds its records', () => {
    const lost = entities.filter(({ keys }) => !Object.values(keys).some((key) => 'gsi' in key && key.gsi === 3));
    expect(lost.map(({ name }) => name)).toEqual([]);
  });
});

describe('names', () => {
  it('are nouns in PascalCase for entities, with plurals and prefixes that clients can tell apart', () => {
    expect(
      isEach(
        entities.map(({ name }) => name),
        /^[A-Z][A-Za-z0-9]*$/,
      ),
    ).toEqual([]);
    expect(
      isEach(
        entities.map(({ plural }) => plural),
        word,
      ),
    ).toEqual([]);
    expect(
      isEach(
        entities.map(({ idPrefix }) => idPrefix),
        /^[a-z]{2,6}$/,
      ),
    ).toEqual([]);
    const roots = entities.flatMap(({ name, plural }) => [wordOf(name), plural]);
    expect(roots.filter((name, index) => roots.indexOf(name) !== index)).toEqual([]);
  });

  it('are camelCase for fields, keys and operations, and do not hide a record or a list', () => {
    expect(
      isEach(
        entities.flatMap(({ fields, keys }) => [...Object.keys(fields), ...Object.keys(keys)]),
        word,
      ),
    ).toEqual([]);
    expect(
      isEach(
        operations.map(({ name }) => name),
        word,
      ),
    ).toEqual([]);
    const roots = new Set(
      entities.filter(({ internal }) => !internal).flatMap(({ name, plural }) => [wordOf(name), plural]),
    );
    expect(operations.map(({ name }) => name).filter((name) => roots.has(name))).toEqual([]);
  });

  it('are camelCase for whatever runs in the background; pages are words of an address', () => {
    const { reactions, projections, rollups, pages } = registry;
    expect(
      isEach(
        [...jobs, ...reactions, ...projections, ...rollups].map(({ name }) => name),
        word,
      ),
    ).toEqual([]);
    expect(
      isEach(
        pages.map(({ purpose }) => purpose),
        /^[a-z]+(-[a-z]+)*$/,
      ),
    ).toEqual([]);
  });

  it('say first what a mutation does: its verb is not the name of a record', () => {
    const nouns = new Set(entities.map(({ name }) => wordOf(name)));
    const mutations = operations.filter(({ kind }) => kind === 'mutation').map(({ name }) => name);
    expect(mutations.filter((name) => nouns.has(/^[a-z]+/.exec(name)?.[0] ?? ''))).toEqual([]);
  });

  it('are SCREAMING_SNAKE for codes and options, and codes that all may answer are not declared again', () => {
    const fails = operations.flatMap((operation) => operation.fails);
    expect(isEach([...fails, ...commonCodes, ...requestCodes], /^[A-Z]+(_[A-Z0-9]+)*$/)).toEqual([]);
    const twice = operations.flatMap(({ name, fails: own }) =>
      own
        .filter((code, index) => own.indexOf(code) !== index || commonCodes.some((common) => common === code))
        .map((code) => `${name}: ${code}`),
    );
    expect(twice).toEqual([]);
    const states = entities.flatMap((of) => Object.keys(of.states?.moves ?? {}));
    expect(isEach(states, /^[A-Z]+(_[A-Z]+)*$/)).toEqual([]);
  });

  it('are `word.verb` for permissions', () => {
    const asked = [...operations, ...jobs].map(({ needs }) => needs).filter((needs) => needs !== signedIn);
    expect(isEach(asked, /^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/)).toEqual([]);
  });
});

/** Participles that do not end in -ed, -en or the like, as far as events use them. */
const irregular = ['won', 'lost', 'sent', 'paid', 'held', 'sold', 'met', 'made', 'done', 'read', 'put', 'begun'];
const verbPhrase = /^(became|came|went)[A-Z]|(ed|en|un|own)([A-Z]\w*)?$/;
const isPast = (verb: string): boolean => irregular.includes(verb) || verbPhrase.test(verb);

describe('events', () => {
  const known = new Map(entities.flatMap((of) => eventTypesOf(registry, of).map(({ type }) => [type, of] as const)));

  it('that entities declare are in the past tense', () => {
    const verbs = entities.flatMap(({ events, states }) => [
      ...Object.keys(events),
      ...Object.values<string | undefined>(states?.verbs ?? {}),
    ]);
    expect(verbs.filter((verb = '') => !word.test(verb) || !isPast(verb))).toEqual([]);
  });

  it('that operations name are declared by their entity', () => {
    const files = globSync('shared/modules/**/*.ts').filter((path) => !path.endsWith('.test.ts'));
    // Events stand after `event:` and `event =`, alone or as the two ends of a condition.
    const types = (source: string): readonly string[] =>
      [...source.matchAll(/\bevent(?::| =)[^;,{}]*/g)].flatMap(([text]) =>
        [...text.matchAll(/'([a-z]\w*\.\w+)'/g)].map(([, type = '']) => type),
      );
    const named = files.flatMap((path) => types(read(path)).map((type) => ({ path, type })));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ type }) => !known.has(type))).toEqual([]);
  });

  it('that reactions wait for can happen', () => {
    const canHappen = (pattern: string): boolean =>
      [...known.keys()].some(
        (type) =>
          pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
      );
    expect(
      registry.reactions.flatMap(({ name, on }) =>
        on.filter((type) => !canHappen(type)).map((type) => `${name}: ${type}`),
      ),
    ).toEqual([]);
  });
});

describe('permissions', () => {
  it('are each held by a built-in role besides the owner', () => {
    const asked = new Set([...operations, ...jobs].map(({ needs }) => needs));
    // The tenant itself, its backup and its owners, is the owners' alone.
    const isOwners = (needs: string): boolean => needs.startsWith('tenant.');
    expect(
      [...asked].filter(
        (needs) => needs !== signedIn && !isOwners(needs) && holdersOf(registry, needs).every((key) => key === 'owner'),
      ),
    ).toEqual([]);
  });

  it('begin with the word of an entity where they are actions on one', () => {
    const words = new Set(entities.map(({ name }) => wordOf(name)));
    const asked = [...operations]
      .map(({ needs }) => needs)
      .filter((needs) => /\.(create|read|update|archive)$/.test(needs));
    expect(asked.filter((needs) => !words.has(needs.split('.')[0] ?? ''))).toEqual([]);
  });
});

describe('descriptions', () => {
  /** What has no description, or one that is no sentence. */
  const silent = (fields: FieldMap, where: string): readonly string[] =>
    Object.entries<AnyField>(fields).flatMap(([name, field]) => [
      ...(isSentence(field.describes) ? [] : [`${where}.${name}: ${field.describes}`]),
      ...silentWithin(field, `${where}.${name}`),
    ]);
  const silentWithin = ({ shape }: AnyField, where: string): readonly string[] => {
    if (shape.kind === 'list') return silentWithin(shape.of, where);
    return shape.kind === 'object' || shape.kind === 'parts' ? silent(shape.fields, where) : [];
  };
  const isSentence = (text: string): boolean => /^[\p{Lu}\d`<({"“].*[.?]$/su.test(text);

  it('are sentences, of everything that modules declare', () => {
    const declared = [
      ...entities,
      ...operations,
      ...jobs,
      ...registry.reactions,
      ...registry.projections,
      ...registry.rollups,
      ...[...registry.timers.values()].map(({ of, describes }) => ({ name: `timer of ${of.name}`, describes })),
      ...registry.pages.map(({ purpose, describes }) => ({ name: `page ${purpose}`, describes })),
    ];
    expect(declared.filter(({ describes }) => !isSentence(describes)).map(({ name }) => name)).toEqual([]);
    const happenings = entities.flatMap(({ name, events }) =>
      Object.entries(events).map(([verb, happens]) => ({ name: `${name}.${verb}`, happens })),
    );
    expect(happenings.filter(({ happens }) => !isSentence(happens))).toEqual([]);
  });

  it('are sentences, of every field of entities, inputs and answers, nested ones too', () => {
    expect(entities.flatMap(({ name, fields }) => silent(fields, name))).toEqual([]);
    const given = operations.flatMap((operation) => [
      ...silent(inputFieldsOf(operation), operation.name),
      ...(isEntityAnswer(operation.returns) ? [] : silent(operation.returns, `${operation.name} answer`)),
    ]);
    expect(given).toEqual([]);
  });
});
