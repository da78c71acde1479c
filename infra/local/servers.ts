// What listens in the main process: the AWS services behind one port, the mailbox, the sign-in issuer, the SMTP door.
import { join } from 'node:path';
import { serveAdmin, type AdminParts } from './admin.ts';
import { busEndpoint } from './bus/bus-endpoint.ts';
import { paths, queueUrls, resources } from './environment.ts';
import { s3Endpoint } from './files/s3-endpoint.ts';
import type { Invoke } from './invoke.ts';
import { listenOnFirst, onlyFrom, urlOf, answerJson, type Answer, type Listener } from './listen.ts';
import { openInbound, type Inbound } from './mail/inbound.ts';
import { serveMailbox } from './mail/mailbox-server.ts';
import { sesEndpoint } from './mail/ses-endpoint.ts';
import { openSmtpDoor } from './mail/smtp-door.ts';
import { outboxEndpoint } from './messages/outbox-endpoint.ts';
import { mailDomain, resourcePrefix } from './names.ts';
import { ocrProcess, type OcrProcess } from './ocr/ocr-process.ts';
import { textractEndpoint } from './ocr/textract-endpoint.ts';
import type { Parts } from './parts.ts';
import { sqsEndpoint } from './queues/sqs-endpoint.ts';
import { pbxEndpoint } from './pbx/pbx-endpoint.ts';
import type { OneShots } from './schedule/one-shots.ts';
import { sriEndpoint } from './sri/sri-endpoint.ts';
import { schedulerEndpoint } from './schedule/scheduler-endpoint.ts';
import type { Part, Settings } from './settings.ts';
import type { KeyPair } from './signature.ts';
import { openChannels } from './realtime/channels.ts';
import { realtimeEndpoint } from './realtime/realtime-endpoint.ts';
import { invitation } from './sign-in/invitation.ts';
import { serveIssuer } from './sign-in/issuer.ts';
import { recall, recallOrMake, remember } from './store.ts';
import { triggersOn, type Wiring } from './wiring.ts';

/** What the servers serve. `admin` settles when everything has started; until then its callers wait. */
export type ServerOptions = {
  readonly settings: Settings;
  readonly wiring: Wiring;
  readonly parts: Parts;
  readonly oneShots: OneShots;
  readonly keys: KeyPair;
  readonly invoke: Invoke;
  readonly admin: Promise<AdminParts>;
  readonly putFile: (key: string, body: Uint8Array, contentType: string) => Promise<unknown>;
  readonly log: (line: string) => void;
};

/** Where everything listens. `issuer` is the name in tokens. */
export type Servers = {
  readonly services: string;
  readonly mailbox: string;
  readonly signIn: string;
  readonly issuer: string;
  readonly smtp: string;
  close(): Promise<void>;
};

/** Ports to try: the one that was set, or for a free one first that of the last start, so that URLs stay. */
export const portsFor = (
  part: Part,
  { settings, parts }: Pick<ServerOptions, 'settings' | 'parts'>,
): readonly number[] => {
  const wanted = settings.ports[part];
  const last = recall(parts.store, `port.${part}`);
  return wanted === 0 && typeof last === 'number' ? [last, 0] : [wanted];
};

/** Keeps the port for the next start. */
export const rememberPort = (part: Part, port: number, { parts }: Pick<ServerOptions, 'parts'>): void => {
  remember(parts.store, `port.${part}`, port);
};

/** Starts them all. @throws PortTaken */
export async function startServers(options: ServerOptions): Promise<Servers> {
  const { settings, parts } = options;
  const ocr = ocrProcess({ folder: join(settings.dataDir, 'ocr') });
  const services = await listenTo('services', options, (url) => serveServices(options, ocr, url));
  const mailbox = await listenTo('mailbox', options, () => serveMailbox(parts.mailbox, parts.outbox));
  let issuer = '';
  const signIn = await listenTo('sign-in', options, (url) => {
    issuer = recallOrMake(parts.store, 'sign-in.issuer', () => url);
    return serveIssuer({
      issuer,
      url: () => url,
      store: parts.store,
      clock: parts.clock,
      hosts: settings.hosts,
      sendInvitation: (account, password) => {
        parts.mailbox.keep(...invitation(account, password, new Date(parts.clock.now())));
      },
    });
  });
  const smtp = await openSmtp(options);
  return {
    services: services.url,
    mailbox: mailbox.url,
    signIn: signIn.url,
    issuer,
    smtp: `127.0.0.1:${smtp.port}`,
    async close() {
      await Promise.all([services.close(), mailbox.close(), signIn.close(), smtp.close(), ocr.stop()]);
    },
  };
}

/** What is served may name the port, which is known only when somebody could already ask. */
const listenTo = async (part: Part, options: ServerOptions, serve: (url: string) => Answer): Promise<Listener> => {
  const served = Promise.withResolvers<Answer>();
  const answer: Answer = async (request, response) => (await served.promise)(request, response);
  const listener = await listenOnFirst(portsFor(part, options), onlyFrom(options.settings.hosts, answer));
  rememberPort(part, listener.port, options);
  served.resolve(serve(listener.url));
  return listener;
};

const inboundOf = ({ parts: { mailbox, queues }, wiring, putFile }: ServerOptions): Inbound =>
  openInbound({ mailbox, queues, triggers: triggersOn(wiring, 'mail'), bucket: resources.files, putFile });

const openSmtp = async (options: ServerOptions): Promise<Awaited<ReturnType<typeof openSmtpDoor>>> => {
  const { parts, log } = options;
  const [port = 0, ...others] = portsFor('smtp', options);
  const open = (at: number) => openSmtpDoor({ port: at, clock: parts.clock, takeIn: inboundOf(options), log });
  const door = others.length === 0 ? await open(port) : await open(port).catch(() => open(0));
  rememberPort('smtp', door.port, options);
  return door;
};

const serveServices = (options: ServerOptions, ocr: OcrProcess, url: string): Answer => {
  const { wiring, parts, oneShots, keys, admin, invoke } = options;
  const { queues, bus, clock, objects, mailbox, outbox, sri } = parts;
  const busNamed = (name: string): string => (name === '' ? 'default' : name.replace(`${resourcePrefix}-`, ''));
  const answers: Readonly<Record<string, Answer>> = {
    [paths.sqs]: sqsEndpoint(queues, clock, Object.keys(wiring.queues), queueUrls(url)),
    [paths.events]: busEndpoint(bus, clock, busNamed),
    [paths.scheduler]: schedulerEndpoint(oneShots, paths.scheduler),
    [paths.s3]: s3Endpoint(objects, keys, paths.s3),
    [paths.ses]: sesEndpoint({ mailbox, bus, clock, domain: mailDomain, takeIn: inboundOf(options) }),
    [paths.textract]: textractEndpoint(objects, ocr),
    [paths.sri]: sriEndpoint(sri, paths.sri),
    [paths.messages]: outboxEndpoint(outbox, paths.messages),
    [paths.pbx]: pbxEndpoint(paths.pbx),
    [paths.realtime]: realtimeEndpoint(openChannels(), invoke, paths.realtime),
    [paths.admin]: async (request, response) => serveAdmin(await admin)(request, response),
  };
  return (request, response) => {
    const [first = ''] = /^\/[^/]*/.exec(urlOf(request).pathname) ?? [];
    const answer = answers[first];
    return answer
      ? answer(request, response)
      : answerJson(response, 404, { error: 'There is no such service.', services: Object.keys(answers) });
  };
};
