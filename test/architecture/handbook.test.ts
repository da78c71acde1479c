import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { read } from './tree.ts';

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/local-cloud.md', 'docs/deploy.md'];
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

const all = (text: string, form: RegExp): readonly string[] => [...text.matchAll(form)].map(([, found = '']) => found);

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('names commands that there are', () => {
    const named = [...all(text, /npm run ([\w:]+)/g), ...all(text, /npm (start|test)\b/g)];
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names files and folders that there are', () => {
    const named = all(text, /`((?:shared|graphql|functions|infra|test|bench|docs|scripts)\/[\w./-]*)`/g);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('links to pages that there are', () => {
    const linked = all(text, /\]\(([^)#:]+)(?:#[^)]*)?\)/g);
    expect(linked.filter((path) => !existsSync(join(dirname(page), path)))).toEqual([]);
  });
});

it('README.md speaks of every area that has modules', () => {
  const spoken = all(read('README.md'), /^\| (\w+) +\|/gm);
  const areas = all(read('shared/modules/registry.ts'), /#modules\/(\w+)\//g);
  expect([...new Set(areas)].filter((area) => !spoken.includes(area))).toEqual([]);
});
