// What is worth waking somebody for. Each alarm asks for an action; every one costs USD 0.10 a month (docs/idle-bill.md).
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Measures } from './measures.ts';
import { queueNames } from './queues.ts';
import { functionNames, functionsOn } from './wired-function.ts';

/** `means` tells who is woken what it means and what to do. */
export type AlarmDefinition = {
  readonly name: string;
  readonly means: string;
  readonly metric: IMetric;
  /** Rings when the metric is above this within five minutes. */
  readonly above: number;
};

/** Every alarm that AWS's own metrics feed. */
export const alarmsOf = (measures: Measures): readonly AlarmDefinition[] => [
  ...alarmsOfFunctions(measures),
  ...alarmsOfQueues(measures),
  ...alarmsOfTheRest(measures),
];

/** The alarm on the metric that record-events counts. */
export const versionGap = (metric: IMetric): AlarmDefinition => ({
  name: 'version-gap',
  means: 'A version of a record never reached the log. The daily reconciliation repairs it; find out why.',
  metric,
  above: 0,
});

const alarmsOfFunctions = (measures: Measures): readonly AlarmDefinition[] => [
  ...functionNames.map((name) => ({
    name: `${name}-errors`,
    means: `Calls of ${name} fail. Its log tells why; what it worked on is tried again.`,
    metric: measures.errors(name),
    above: 0,
  })),
  ...functionsOn('stream').map((name) => ({
    name: `${name}-stream-age`,
    means: `${name} is more than five minutes behind the stream, which forgets after 24 hours.`,
    metric: measures.streamAge(name),
    above: 300_000,
  })),
];

const alarmsOfQueues = (measures: Measures): readonly AlarmDefinition[] =>
  queueNames.map((name) => ({
    name: `${name}-dead-letters`,
    means: `Messages of ${name} were given up. Mend the cause, then redrive the dead-letter queue.`,
    metric: measures.deadLetters(name),
    above: 0,
  }));

const hotPartition = 'a partition is hot (docs/reference, access patterns).';

const alarmsOfTheRest = (measures: Measures): readonly AlarmDefinition[] => [
  {
    name: 'throttles',
    means: 'Functions of this account and region were refused for want of concurrency. Ask AWS for a higher limit.',
    metric: measures.throttles(),
    above: 0,
  },
  {
    name: 'table-read-throttles',
    means: `The table refused reads: ${hotPartition}`,
    metric: measures.tableThrottles('Read'),
    above: 0,
  },
  {
    name: 'table-write-throttles',
    means: `The table refused writes: ${hotPartition}`,
    metric: measures.tableThrottles('Write'),
    above: 0,
  },
  {
    name: 'dropped-schedules',
    means: 'The scheduler gave up calls. The hourly sweep finds what was due; run-due must be callable.',
    metric: measures.droppedSchedules(),
    above: 0,
  },
  {
    name: 'api-faults',
    means: 'The API answers 5xx to more than a few requests.',
    metric: measures.apiFaults(),
    above: 5,
  },
];
