// Everything outside, opened from the environment. Nothing is imported, connected or read before it is used.
import type { Ports } from '#kernel/ports';
import { openDocumentReader } from './document-reader.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { openBus } from './event-bus.ts';
import { openFiles } from './files.ts';
import { openIdentities } from './identities.ts';
import { openMailer } from './mailer.ts';
import { openMessages } from './messages.ts';
import { openQueues } from './queues.ts';
import { openRealtime } from './realtime.ts';
import { openScheduler } from './scheduler.ts';
import { openSecrets } from './secrets.ts';
import { openTable } from './table.ts';
import { openTokens } from './tokens.ts';
import { openWeb } from './web.ts';

/** The ports of this process; call it once and hand the value on. */
export function openPorts(environment: Environment = readEnvironment()): Ports {
  const files = openFiles(() => environment.filesBucket);
  return {
    table: openTable({ tableName: environment.tableName }),
    bus: openBus(environment),
    queues: openQueues(environment),
    scheduler: openScheduler(environment),
    files,
    mailer: openMailer(environment),
    messages: openMessages(),
    documentReader: openDocumentReader(files, () => environment.filesBucket),
    secrets: openSecrets(environment),
    identities: openIdentities(environment),
    tokens: openTokens(() => environment.issuers),
    addresses: { publicUrl: () => environment.publicUrl, mailDomain: () => environment.mailDomain },
    web: openWeb(() => environment.webStandIns),
    realtime: openRealtime(environment),
  };
}
