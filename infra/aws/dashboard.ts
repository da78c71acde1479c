// The one dashboard: what one looks at when an alarm has rung.
import { GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Measures } from './measures.ts';
import { queueNames } from './queues.ts';
import { functionNames, functionsOn } from './wired-function.ts';

/** Rows of the dashboard. CloudWatch charges nothing for three dashboards of up to 50 metrics each; errors have alarms of their own. */
export const rowsOf = (measures: Measures): readonly GraphWidget[][] => [
  [
    graph('API: requests and faults', [measures.apiRequests(), measures.apiFaults()]),
    graph('API: latency p95', [measures.apiLatency()]),
  ],
  [
    graph('Functions: calls', functionNames.map(measures.invocations)),
    graph('Functions: duration p95', functionNames.map(measures.duration)),
  ],
  [
    graph('Queues: oldest message', queueNames.map(measures.oldestMessage)),
    graph('Queues: dead letters', queueNames.map(measures.deadLetters)),
  ],
  [
    graph('Stream: age', functionsOn('stream').map(measures.streamAge)),
    graph('Table: units', [measures.tableUnits('Read'), measures.tableUnits('Write')]),
    graph('Table: throttles', [measures.tableThrottles('Read'), measures.tableThrottles('Write')]),
  ],
];

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8 });
