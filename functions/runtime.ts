// What a container opens once and every invocation uses: registry, ports, clock, ids, log.
import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { readEnvironment } from '#aws/environment';
import { openFiles } from '#aws/files';
import { openPorts } from '#aws/ports';
import { systemClock } from '#aws/clock';
import { ulids, type Log } from '#kernel';
import type { Runtime } from '#kernel/context';
import { registry } from '#modules';
import { actorFor, customFieldsOf, isPaused } from '#modules/platform/identity';

const logger = new Logger({ serviceName: 'lazo' });
const metrics = new Metrics({ namespace: 'Lazo', serviceName: 'lazo', singleMetric: true });

/** Powertools as the domain's log. */
const log: Log = {
  info: (message, details = {}) => {
    logger.info(message, details);
  },
  warn: (message, details = {}) => {
    logger.warn(message, details);
  },
  error: (message, details = {}) => {
    logger.error(message, details);
  },
  count: (metric, by = 1) => {
    metrics.addMetric(metric, MetricUnit.Count, by);
  },
};

let opened: Runtime | undefined;

/** The bucket of stream records that were given up. */
export const openFailures = () => openFiles(() => readEnvironment().failuresBucket);

/** The runtime of this container, opened at first use. */
export const openRuntime = (): Runtime => (opened ??= open());

const open = (): Runtime => {
  const clock = systemClock();
  const runtime: Runtime = {
    registry,
    ports: openPorts(),
    clock,
    ids: ulids(clock),
    log,
    actorFor: (tenant, what) => actorFor(runtime, tenant, what),
    isPaused: (tenant) => isPaused(runtime, tenant),
    customFieldsOf: (tenant, fresh) => customFieldsOf(runtime, tenant, fresh),
  };
  return runtime;
};
