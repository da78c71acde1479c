// Who may import whom. docs/adr tells the story; here each rule has its reason. `#kernel`, `#modules/...` and the other
// package imports are resolved to files first, so that the rules speak of files.

/** Areas of shared/modules, ground up: an area may import those before it, never those after it. */
const areas = ['platform', 'parties', 'engagement', 'catalog', 'sales', 'billing', 'marketing', 'service', 'insight'];

const tests = '^test/|[.]test[.]ts$';
const outsideWorld =
  '^node_modules/(@aws-sdk|@smithy|@aws-lambda-powertools|@middy|@apollo|@as-integrations|graphql)(/|-)';
const doors =
  '^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|os|process|readline|repl|sqlite|tls|tty|worker_threads)(/|$)';

const layers = [
  {
    name: 'kernel-knows-no-one',
    comment:
      'The kernel is the language that everything else is written in. If it knew its speakers, none could change alone.',
    from: { path: '^shared/kernel/', pathNot: tests },
    to: { path: '^(shared/(?!kernel/)|graphql|functions|infra|test|bench|scripts)' },
  },
  {
    name: 'domain-is-pure',
    comment:
      'Kernel and modules know no AWS, no GraphQL and no door of the operating system: the rules of the business run in a test ' +
      'on plain values, and a change of SDK never touches them.',
    from: { path: '^shared/(kernel|modules)/', pathNot: tests },
    to: { path: [outsideWorld, doors] },
  },
  {
    name: 'modules-know-no-adapter',
    comment:
      'A module is handed its ports (#kernel/ports). An adapter imported here would tie a feature to one outside.',
    from: { path: '^shared/modules/', pathNot: tests },
    to: { path: '^(shared/aws|graphql|functions|infra)/' },
  },
  {
    name: 'adapters-know-no-business',
    comment: 'shared/aws speaks to AWS for any domain. Business in an adapter would be a second place to look for it.',
    from: { path: '^shared/aws/', pathNot: tests },
    to: { path: '^(shared/modules|graphql|functions)/' },
  },
  {
    name: 'graphql-compiles-the-registry',
    comment:
      'The API is made from the registry of declarations. A module known by name in graphql/ would be a special case.',
    from: { path: '^graphql/', pathNot: tests },
    to: { path: '^(shared/modules/(?!registry[.]ts$)|shared/aws|functions|infra)' },
  },
  {
    name: 'infra-runs-no-code',
    comment:
      'What is deployed is data: the wiring and the paths of the entries. Infrastructure that runs product code behaves ' +
      'differently in the cloud and on a laptop. infra/aws/on-deploy are functions themselves: they run while deploying.',
    from: { path: '^infra/', pathNot: `${tests}|^infra/aws/on-deploy/` },
    to: { path: '^(shared|graphql|functions)/' },
  },
  {
    name: 'nothing-asks-where-it-runs',
    comment: 'The same code runs in AWS and on a laptop. Of infra/ it may know what both rooms read: the wiring.',
    from: { path: '^(shared|graphql|functions)/', pathNot: tests },
    to: { path: '^infra/(aws|local)/' },
  },
];

const modules = [
  {
    name: 'enter-a-module-by-its-index',
    comment: 'What a module does not export it may change without asking anybody.',
    from: { path: '^shared/modules/([^/]+/[^/]+)/' },
    to: { path: '^shared/modules/[^/]+/[^/]+/', pathNot: '^shared/modules/($1/|[^/]+/[^/]+/index[.]ts$)' },
  },
  {
    name: 'enter-a-module-by-its-index-from-outside',
    comment: 'What a module does not export it may change without asking anybody.',
    from: { pathNot: '^shared/modules/[^/]+/[^/]+/' },
    to: { path: '^shared/modules/[^/]+/[^/]+/', pathNot: '^shared/modules/[^/]+/[^/]+/index[.]ts$' },
  },
  ...areas.slice(0, -1).map((area, ground) => ({
    name: `areas-look-down-only-${area}`,
    comment: `Downstream knows upstream, never the reverse (docs/adr/0006): ${area} stands below what it would import here.`,
    from: { path: `^shared/modules/${area}/`, pathNot: tests },
    to: { path: `^shared/modules/(${areas.slice(ground + 1).join('|')})/` },
  })),
  {
    name: 'the-registry-is-handed-in',
    comment:
      'Timeline, search, imports and the other generic modules receive the registry as a value. Importing it closes a cycle ' +
      'through every module there is.',
    from: { path: '^shared/(kernel|aws|modules/[^/]+/)', pathNot: tests },
    to: { path: '^shared/modules/registry[.]ts$' },
  },
];

const hygiene = [
  {
    name: 'nobody-imports-tests',
    comment: 'A test may change or go without asking what the product needs of it.',
    from: { pathNot: [tests, '^bench/'] },
    to: { path: tests },
  },
  {
    name: 'nobody-imports-tests-bench',
    comment: 'A bench measures in the same world that the tests run in (test/support), but no test is a part of it.',
    from: { path: '^bench/' },
    to: { path: '^test/(?!support/)|[.]test[.]ts$' },
  },
  {
    name: 'no-cycles',
    comment:
      'Two files that need each other to run are one file cut in the wrong place, and which loads first is luck.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-cycles-between-parts',
    comment:
      'Types inside one part may speak of each other, as an operation speaks of its context and the context of operations. ' +
      'Between parts and modules not even types may: neither could be read without the other.',
    from: { path: '^(shared/(?:kernel|aws|modules/[^/]+/[^/]+)|graphql|functions|infra/[^/]+|test|bench|scripts)/' },
    to: { circular: true, via: { pathNot: '^$1/' } },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nobody reaches is dead, or somebody forgot to register it.',
    from: { orphan: true, pathNot: [tests, '[.]d[.]ts$', '(^|/)[.a-z-]+([.]config)?[.]js$', '^functions/[^/]+[.]ts$'] },
    to: {},
  },
  {
    name: 'imports-resolve',
    comment: 'An import that leads nowhere fails at start-up; better here.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'packages-are-declared',
    comment: 'A package that came along with another leaves with it.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'the-product-ships-what-it-imports',
    comment: 'Development packages are not there in production; the local cloud, tests and tools may use them.',
    from: { path: '^(shared|graphql|functions)/', pathNot: tests },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
const config = {
  forbidden: [...layers, ...modules, ...hygiene].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules/[.]cache|cdk[.]out|[.]lazo|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    cache: { folder: 'node_modules/.cache/depcruise', strategy: 'content' },
  },
};

export default config;
