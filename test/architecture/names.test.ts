import { describe, expect, it } from '@jest/globals';
import { paths, stem, suffixes } from './tree.ts';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const code = paths('**/*.{ts,js,md}');
const foldersOf = (path: string): readonly string[] => path.split('/').slice(0, -1);

/** Names that say where code was put, not what it is about. */
const emptyWords = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'type', 'types', 'manager', 'base'];
const endsEmpty = /-(utils?|helpers?|misc)$/;

const areas = ['platform', 'parties', 'engagement', 'catalog', 'sales', 'billing', 'marketing', 'service', 'insight'];
const roles = ['entity', 'rules', 'operations', 'jobs', 'reactions', 'projections'];

describe('names', () => {
  it('are kebab-case, files and folders', () => {
    const wrong = code.filter((path) => {
      const words = [...foldersOf(path), stem(path), ...suffixes(path)];
      return stem(path) !== 'README' && !words.every((word) => kebab.test(word));
    });
    expect(wrong).toEqual([]);
  });

  it('say what is inside', () => {
    const isEmpty = (name: string): boolean => emptyWords.includes(name) || endsEmpty.test(name);
    expect(code.filter((path) => [...foldersOf(path), stem(path)].some(isEmpty))).toEqual([]);
  });
});

describe('shared/modules', () => {
  const files = paths('modules/**/*.ts').filter((path) => path.startsWith('shared/modules/'));
  const inModules = files.filter((path) => path.split('/').length > 3);

  it('has the areas of the design and no other', () => {
    expect(
      [...new Set(inModules.map((path) => path.split('/')[2]))].filter((area = '') => !areas.includes(area)),
    ).toEqual([]);
  });

  it('keeps each file in a module: shared/modules/<area>/<module>/', () => {
    expect(inModules.filter((path) => path.split('/').length < 5)).toEqual([]);
  });

  it('names the role of each file, from the closed set', () => {
    const isKnown = (path: string): boolean => {
      const [role, ...rest] = suffixes(path);
      if (role === undefined || role === 'test') return stem(path) === 'index' || role === 'test';
      return roles.includes(role) && (rest.length === 0 || rest.join() === 'test');
    };
    expect(inModules.filter((path) => !isKnown(path))).toEqual([]);
  });

  it('gives each module an index, the one door', () => {
    const modules = new Set(inModules.map((path) => path.split('/').slice(0, 4).join('/')));
    expect([...modules].filter((module) => !files.includes(`${module}/index.ts`))).toEqual([]);
  });
});
