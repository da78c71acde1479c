// Typed lint, strict. Sizes and names are those of CONTRIBUTING.md; a rule that is not from a preset says why it is here.
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import jest from 'eslint-plugin-jest';
import ts from 'typescript-eslint';

/** One rule has one severity, so the limits that fail need a second name beside those that warn. */
const limits = {
  rules: {
    'file-lines': builtinRules.get('max-lines'),
    'function-lines': builtinRules.get('max-lines-per-function'),
  },
};

const forbiddenSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a thing has one name everywhere.' },
  { selector: 'TSEnumDeclaration', message: 'A union of strings, not an enum: it is plain data and needs no import.' },
  {
    selector: ':matches(ClassDeclaration, ClassExpression):not([superClass.name=/(Error|Stack|Stage|Construct)$/])',
    message: 'No classes but errors, stacks and constructs: data is a `type`, behaviour a function.',
  },
];

/** Clock and ids come in through the context, so that tests and replays can set them. */
const forbiddenInDomain = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take the clock from the context.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the clock from the context.' },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Take ids from the context.',
  },
];

/** Rules are functions of their arguments (design: no await, no clock, no I/O). */
const forbiddenInRules = [
  { selector: 'AwaitExpression', message: 'Rules are pure: load and save in an operation.' },
  { selector: ':function[async=true]', message: 'Rules are pure: load and save in an operation.' },
];

export default defineConfig(
  globalIgnores(['node_modules/', 'cdk.out/', '.lazo/', 'coverage/', 'bench/results/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.js'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { limits },
    rules: {
      'max-lines': ['warn', { max: 250 }],
      'limits/file-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['warn', { max: 40 }],
      'limits/function-lines': ['error', { max: 60 }],
      complexity: ['warn', { max: 10 }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      // It would have us write `!`, which the strict preset forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // The name of an index (`[attribute: string]`) says what a Record cannot.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `import { type X }` alone would still load the file at run time.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // Leaving fields out is written `const { secret: _secret, ...rest } = row`.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Two rules about enums and instances of classes, of which we have none: slow, and wrong about indexes by string.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Behaviour is functions without `this`; there are no methods to lose it.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'default', format: ['camelCase'], leadingUnderscore: 'forbid', trailingUnderscore: 'forbid' },
        // Entities, parts, scalars and GraphQL types are values with the name of their type.
        { selector: 'variable', modifiers: ['const'], format: ['camelCase', 'PascalCase'] },
        { selector: ['import', 'parameter'], format: ['camelCase', 'PascalCase'] },
        {
          selector: ['variable', 'parameter'],
          modifiers: ['unused'],
          format: ['camelCase'],
          leadingUnderscore: 'allow',
        },
        { selector: 'typeLike', format: ['PascalCase'] },
        // Property names are often somebody else's: environment, AWS, GraphQL, headers.
        { selector: ['property', 'objectLiteralMethod', 'typeMethod'], format: null },
      ],
    },
  },
  {
    files: ['shared/kernel/**/*.ts', 'shared/modules/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...forbiddenSyntax, ...forbiddenInDomain] },
  },
  {
    files: ['shared/modules/**/*.{rules,entity}.ts'],
    rules: { 'no-restricted-syntax': ['error', ...forbiddenSyntax, ...forbiddenInDomain, ...forbiddenInRules] },
  },
  // What a person runs in a terminal talks to the terminal.
  {
    files: ['scripts/**/*.ts', 'bench/**/*.ts', 'infra/**/*.ts', 'graphql/print-schema.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      // `describe` is one long function by nature; each `it` is read on its own.
      'max-lines-per-function': 'off',
      'limits/function-lines': 'off',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'assert*', 'fc.assert'] }],
    },
  },
);
