// Which feature is proved by which test: pure functions over the text of the specification and of the tests.
import ts from 'typescript';

/** A thing the product must do, under a stable id such as `OPP-04`. */
export type Feature = { readonly id: string; readonly title: string };

/** A test that names features at the head of its title. */
export type FeatureTest = { readonly ids: readonly string[]; readonly title: string };

/** A feature with the tests that name it, each as `file: title`. */
export type CoveredFeature = Feature & { readonly tests: readonly string[] };

const featureRow = /^\| ([A-Z]{3}-\d{2}) \| (.+?) \|/gm;

/** The features of a specification written as markdown tables `| id | feature | asked by |`. */
export const parseFeatures = (markdown: string): readonly Feature[] =>
  [...markdown.matchAll(featureRow)].map(([, id = '', title = '']) => ({ id, title }));

const idsAtHead = /^[A-Z]{3}-\d{2}(?:[\s,&+/]+[A-Z]{3}-\d{2})*/;

/** The ids at the head of a title: `OPP-04 ...`, or several, `ACT-01, ACT-02 ...`. */
export const leadingIds = (title: string): readonly string[] =>
  idsAtHead.exec(title)?.[0].match(/[A-Z]{3}-\d{2}/g) ?? [];

/** The words of a callee: `it` of `it(...)`, `it each` of `it.each(rows)(...)`, `describe skip` of `describe.skip(...)`. */
const wordsOf = (callee: ts.Expression): readonly string[] => {
  if (ts.isIdentifier(callee)) return [callee.text];
  if (ts.isPropertyAccessExpression(callee)) return [...wordsOf(callee.expression), callee.name.text];
  if (ts.isCallExpression(callee)) return wordsOf(callee.expression);
  return ts.isTaggedTemplateExpression(callee) ? wordsOf(callee.tag) : [];
};

const notRun = new Set(['skip', 'todo', 'xit', 'xtest', 'xdescribe']);

const titleOf = (call: ts.CallExpression): string | undefined => {
  const [title] = call.arguments;
  return title && ts.isStringLiteralLike(title) ? title.text : undefined;
};

const asFeatureTest = (titles: readonly string[]): readonly FeatureTest[] => {
  const ids = [...new Set(titles.flatMap(leadingIds))];
  return ids.length > 0 ? [{ ids, title: titles.join(' > ') }] : [];
};

/** The tests under a node, given the titles of the `describe` around it. */
const collect = (node: ts.Node, around: readonly string[]): readonly FeatureTest[] => {
  const words = ts.isCallExpression(node) ? wordsOf(node.expression) : [];
  if (words.some((word) => notRun.has(word))) return [];
  const title = ts.isCallExpression(node) ? titleOf(node) : undefined;
  const titles = title === undefined ? around : [...around, title];
  if (title !== undefined && (words[0] === 'it' || words[0] === 'test')) return asFeatureTest(titles);
  const found: FeatureTest[] = [];
  const within = words[0] === 'describe' ? titles : around;
  ts.forEachChild(node, (child) => void found.push(...collect(child, within)));
  return found;
};

/** The tests of a source file that run and name a feature, in their own title or in that of a `describe` around them. */
export const findFeatureTests = (source: string): readonly FeatureTest[] =>
  collect(ts.createSourceFile('x.test.ts', source, ts.ScriptTarget.Latest), []);

/** Each feature with its tests, in the order of the specification. */
export const coverFeatures = (
  features: readonly Feature[],
  files: readonly { readonly path: string; readonly source: string }[],
): { readonly features: readonly CoveredFeature[]; readonly unknownIds: readonly string[] } => {
  const testsById = new Map<string, string[]>(features.map(({ id }) => [id, []]));
  const unknownIds: string[] = [];
  for (const { path, source } of files) {
    for (const { ids, title } of findFeatureTests(source)) {
      for (const id of ids) {
        const tests = testsById.get(id);
        if (tests) tests.push(`${path}: ${title}`);
        else unknownIds.push(`${id} in ${path}: ${title}`);
      }
    }
  }
  return { features: features.map((feature) => ({ ...feature, tests: testsById.get(feature.id) ?? [] })), unknownIds };
};
