// What we look at in CloudWatch, by the names of the stage.
import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName, QueueName } from '#infra/wiring';
import type { Names } from './names.ts';

/** Period of every metric. Finer ones cost more and wake nobody earlier. */
export const measuredEvery = Duration.minutes(5);

const metric = (
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
): Metric => new Metric({ namespace, metricName, dimensionsMap, statistic, period: measuredEvery });

/** Metrics of one stage. */
export const measuresOf = (names: Names, apiId: string) => ({
  invocations: (name: FunctionName) => ofFunction(names, name, 'Invocations', Stats.SUM),
  errors: (name: FunctionName) => ofFunction(names, name, 'Errors', Stats.SUM),
  duration: (name: FunctionName) => ofFunction(names, name, 'Duration', Stats.p(95)),
  streamAge: (name: FunctionName) => ofFunction(names, name, 'IteratorAge', Stats.MAXIMUM),
  /** Of all functions of the account, for they share one limit. */
  throttles: () => metric('AWS/Lambda', 'Throttles', {}, Stats.SUM),
  deadLetters: (queue: QueueName) => ofQueue(names.deadLetters(queue), 'ApproximateNumberOfMessagesVisible'),
  oldestMessage: (queue: QueueName) => ofQueue(names.queue(queue), 'ApproximateAgeOfOldestMessage'),
  tableThrottles: (kind: 'Read' | 'Write') =>
    metric('AWS/DynamoDB', `${kind}ThrottleEvents`, { TableName: names.table }, Stats.SUM),
  tableUnits: (kind: 'Read' | 'Write') =>
    metric('AWS/DynamoDB', `Consumed${kind}CapacityUnits`, { TableName: names.table }, Stats.SUM),
  droppedSchedules: () =>
    metric('AWS/Scheduler', 'InvocationDroppedCount', { ScheduleGroup: names.scheduleGroup }, Stats.SUM),
  apiRequests: () => metric('AWS/ApiGateway', 'Count', { ApiId: apiId }, Stats.SUM),
  apiFaults: () => metric('AWS/ApiGateway', '5xx', { ApiId: apiId }, Stats.SUM),
  apiLatency: () => metric('AWS/ApiGateway', 'Latency', { ApiId: apiId }, Stats.p(95)),
});

/** Metrics of one stage. */
export type Measures = ReturnType<typeof measuresOf>;

const ofFunction = (names: Names, name: FunctionName, metricName: string, statistic: string): Metric =>
  metric('AWS/Lambda', metricName, { FunctionName: names.functionName(name) }, statistic);

const ofQueue = (QueueName: string, metricName: string): Metric =>
  metric('AWS/SQS', metricName, { QueueName }, Stats.MAXIMUM);
