// What oxlint has no rule for: forms that are forbidden here; and, from ESLint's own, names and the sizes that fail.
import type { ESLint, Rule } from 'eslint';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import { plugin } from 'typescript-eslint';

/** A rule that forbids what matches a selector, each with its message. */
const forbid = (messages: Readonly<Record<string, string>>): Rule.RuleModule => ({
  create: (context) => {
    const saying = (message: string) => (node: Rule.Node) => {
      context.report({ node, message });
    };
    return Object.fromEntries(Object.entries(messages).map(([selector, message]) => [selector, saying(message)]));
  },
});

const takeTheClock = 'Take the clock from the context.';
const rulesArePure = 'Rules are pure: load and save in an operation.';

/** The rule on names asks for a TypeScript program, to know which names need quotes; ours do not distinguish those. */
const noProgram = { program: null, esTreeNodeToTSNodeMap: new WeakMap(), tsNodeToESTreeNodeMap: new WeakMap() };
const naming = (plugin as ESLint.Plugin).rules?.['naming-convention'] as Rule.RuleModule;
const untyped = (context: Rule.RuleContext): Rule.RuleContext =>
  Object.create(context, {
    sourceCode: { value: Object.create(context.sourceCode, { parserServices: { value: noProgram } }) as unknown },
  }) as Rule.RuleContext;

// oxlint wants a default export.
export default {
  meta: { name: 'house' },
  rules: {
    forms: forbid({
      ExportDefaultDeclaration: 'Named exports only: a thing has one name everywhere.',
      TSEnumDeclaration: 'A union of strings, not an enum: it is plain data and needs no import.',
      ':matches(ClassDeclaration, ClassExpression):not([superClass.name=/(Error|Stack|Stage|Construct)$/])':
        'No classes but errors, stacks and constructs: data is a `type`, behaviour a function.',
    }),
    // Clock and ids come in through the context, so that tests and replays can set them.
    'given-clock-and-ids': forbid({
      "CallExpression[callee.object.name='Date'][callee.property.name='now']": takeTheClock,
      "NewExpression[callee.name='Date'][arguments.length=0]": takeTheClock,
      "CallExpression[callee.object.name='Math'][callee.property.name='random']": 'Take ids from the context.',
    }),
    // Rules are functions of their arguments (design: no await, no clock, no I/O).
    'pure-rules': forbid({ AwaitExpression: rulesArePure, ':function[async=true]': rulesArePure }),
    // One rule has one severity, so the limits that fail need a second name beside those that warn.
    'file-lines': builtinRules.get('max-lines'),
    'function-lines': builtinRules.get('max-lines-per-function'),
    names: { ...naming, create: (context: Rule.RuleContext) => naming.create(untyped(context)) },
    // oxlint's takes the update of a `for` loop for no use.
    'useless-assignment': builtinRules.get('no-useless-assignment'),
  },
};
