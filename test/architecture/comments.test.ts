import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { productFiles, read } from './tree.ts';

/** Lines of the first paragraph of the comment that a file opens with; 0 without one. What it means in detail may follow. */
const openingLines = (source: string): number => {
  const [comment = ''] = /^(?:#!.*\n)?(?:(?:\/\/.*\n)+|\/\*[\s\S]*?\*\/)/.exec(source) ?? [];
  const [purpose = ''] = comment.trim().split(/\n(?:\/\/| \*)[ ]*\n/);
  return purpose === '' ? 0 : purpose.split('\n').length;
};

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

const nameOf = (statement: ts.Statement): string => {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  }
  return 'name' in statement ? ((statement as ts.DeclarationStatement).name?.getText() ?? '?') : '?';
};

/** Overloads share the sentence of the first. */
const undocumented = (path: string): readonly string[] => {
  const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const exported = file.statements.filter(isExported);
  const documented = exported.filter((statement) => ts.getJSDocCommentsAndTags(statement).length > 0).map(nameOf);
  return exported
    .map(nameOf)
    .filter((name) => !documented.includes(name))
    .map((name) => `${path}: ${name}`);
};

const kernel = productFiles('shared/kernel');
const aws = productFiles('shared/aws');
const graphql = productFiles('graphql');
const infra = productFiles('infra');

describe('comments', () => {
  it.each([
    ['// One.\n// Two.\nimport x;', 2],
    ['// One.\n//\n// Detail.\n// Detail.\n// Detail.\nimport x;', 1],
    ['/** One. */\nimport x;', 1],
    ['import x;\n// Late.', 0],
  ])('openingLines reads %j', (source, lines) => {
    expect(openingLines(source)).toBe(lines);
  });

  it('say in one to three lines what each kernel, adapter, compiler and infrastructure file is for', () => {
    const files = [...kernel, ...aws, ...graphql, ...infra];
    const wrong = files.filter((path) => openingLines(read(path)) < 1 || openingLines(read(path)) > 3);
    expect(wrong).toEqual([]);
  });

  it('say in a sentence what each thing is that kernel, adapters and compiler export', () => {
    expect([...kernel, ...aws, ...graphql].flatMap(undocumented)).toEqual([]);
  });
});
