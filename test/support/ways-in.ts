// What comes in by several ways at once, and what must have come of each in the end: once, whatever dies on the way.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import nodemailer from 'nodemailer';
import { signatureOf } from '#modules/engagement/channels';
import type { Client } from './client.ts';
import type { TestCloud } from './cloud.ts';
import { writeMail } from './written-mail.ts';

/** Where the partner is called; a start of the cloud leads it to the receiver. */
export const partnerOrigin = 'https://partner.test';

/** A partner that hears webhooks: the ids under which it heard, by record. */
export type Receiver = {
  readonly url: string;
  readonly heard: Map<string, Set<string>>;
  stop(): Promise<void>;
};

/** Starts the one receiver of a file of tests. */
export const startReceiver = async (): Promise<Receiver> => {
  const heard: Receiver['heard'] = new Map();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { data } = JSON.parse(body) as { readonly data: { readonly record: { readonly id: string } } };
      const ids = heard.get(data.record.id) ?? new Set();
      heard.set(data.record.id, ids.add(String(request.headers['webhook-id'])));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    heard,
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: () =>
      new Promise<void>((ended) => {
        server.closeAllConnections();
        server.close(() => {
          ended();
        });
      }),
  };
};

/** The ways in. Each takes what has a key, and ends when it is accepted. */
export type Ways = {
  mail(key: string): Promise<void>;
  /** A call rings and is answered. */
  ring(key: string): Promise<void>;
  /** An account, which a workflow greets by a contact, and of which the partner hears. */
  account(key: string): Promise<void>;
  /** A call of a program, by which a workflow makes a lead. */
  call(key: string): Promise<void>;
  /** What there is of each key. */
  outcome(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;
};

type Places = {
  readonly cloud: TestCloud;
  readonly client: Client;
  readonly receiver: Receiver;
  readonly inbox: string;
  readonly signing: string;
  readonly lineHook: string;
  readonly flowHook: string;
};

const post = async (url: string, body: string, headers: Readonly<Record<string, string>>): Promise<void> => {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  if (!answer.ok) throw new Error(`${String(answer.status)} ${await answer.text()}`);
};

/** Makes what takes in: an address for mail, a telephone line, workflows, an endpoint of the partner. */
export const openWays = async (cloud: TestCloud, client: Client, receiver: Receiver): Promise<Ways> => {
  const { act, ask, signIn, idOf } = client;
  const [administrator, seller] = [await signIn('administrator'), await signIn('seller')];
  const known = await act('createAccount', { name: 'Cliente', email: 'rosa@client.test' }, '', seller);
  await act('createContact', { firstName: 'Rosa', email: 'rosa@client.test', account: known.id }, '', seller);
  const rules = [{ name: 'Casos', route: 'CASE', sender: 'KNOWN' }];
  const address = await act(
    'createMailAddress',
    { name: 'Ayuda', address: 'ayuda@acme.test', rules },
    'inbox',
    administrator,
  );
  const extensions = [{ extension: '101', user: await idOf(seller) }];
  const line = await act('createPhoneLine', { name: 'Central', extensions }, '', administrator);
  const signing = 'a-secret-of-the-exchange';
  await act('setPhoneLineSecrets', { id: line.id, version: line.version, signing }, '', administrator);
  const urlOf = async (query: string, { id }: { readonly id: string }, caller = administrator): Promise<string> =>
    (await ask<{ it: { url: string } }>(`query ($id: ID!) { it: ${query}(id: $id) { url } }`, { id }, caller)).it.url;
  const make = (key: string, operation: string, input: object) => [
    { key, kind: 'operation', input: { operation, input } },
  ];
  const greets = {
    ...{ name: 'Saluda', of: 'Account', trigger: { kind: 'EVENT', on: 'account.created' } },
    steps: make('GREET', 'createContact', { firstName: '{record.name}', account: { $: 'record.id' } }),
  };
  await act('createWorkflow', greets, '', administrator);
  const hears = {
    name: 'Oye',
    trigger: { kind: 'WEBHOOK' },
    steps: make('LEAD', 'createLead', { lastName: { $: 'input.name' } }),
  };
  const hearing = await act('createWorkflow', hears, '', administrator);
  const endpoint = { name: 'Socio', url: `${partnerOrigin}/hooks`, eventTypes: ['account.created'] };
  await act('createWebhookEndpoint', endpoint, '', administrator);
  await cloud.idle();
  const hooks = { lineHook: await urlOf('phoneLineHook', line), flowHook: await urlOf('workflowAddress', hearing) };
  return waysOf({ cloud, client, receiver, inbox: String(address['inbox']), signing, ...hooks });
};

const nameOf = (key: string): string => `Caída ${key}`;
const numberOf = (key: string): string => `+59399123456${key}`;

const waysOf = ({ cloud, client, receiver, inbox, signing, lineHook, flowHook }: Places): Ways => {
  const accounts = new Map<string, string>();
  return {
    mail: async (key) => {
      const [host, port] = cloud.ready().smtp.split(':');
      const sender = nodemailer.createTransport({ host, port: Number(port) });
      const raw = writeMail({ subject: nameOf(key), messageId: `m${key}@client.test` });
      await sender.sendMail({ envelope: { from: 'rosa@client.test', to: [inbox] }, raw });
      sender.close();
    },
    ring: async (key) => {
      for (const event of ['ringing', 'answered']) {
        const at = new Date().toISOString();
        const body = JSON.stringify({ event, call: key, number: numberOf(key), extensions: ['101'], at });
        const second = String(Math.floor(Date.now() / 1000));
        await post(lineHook, body, {
          'x-timestamp': second,
          'x-signature-256': signatureOf(`${second}.${body}`, signing),
        });
      }
    },
    account: async (key) => {
      accounts.set(key, (await client.act('createAccount', { name: nameOf(key) })).id);
    },
    call: (key) => post(flowHook, JSON.stringify({ name: nameOf(key) }), { 'webhook-id': `call ${key}` }),
    outcome: () => outcomeOf(client, accounts, receiver),
  };
};

type Nodes = { readonly nodes: readonly Readonly<Record<string, string | null>>[] };

const outcomeOf = async ({ ask }: Client, accounts: ReadonlyMap<string, string>, { heard }: Receiver) => {
  const found = await ask<Record<'mails' | 'cases' | 'calls' | 'activities' | 'contacts' | 'leads', Nodes>>(`{
    mails: inboundMails(first: 100) { nodes { it: subject } }
    cases(first: 100) { nodes { it: subject } }
    calls: phoneCalls(first: 100) { nodes { it: number } }
    activities(first: 100) { nodes { it: subject } }
    contacts(first: 100) { nodes { it: firstName } }
    leads(first: 100) { nodes { it: lastName } } }`);
  const count = ({ nodes }: Nodes, text: string): number => nodes.filter(({ it }) => it?.includes(text)).length;
  const ofOne = ([key, id]: readonly [string, string]) => {
    const [name, number] = [nameOf(key), numberOf(key)];
    const byName = { mails: found.mails, cases: found.cases, contacts: found.contacts, leads: found.leads };
    const named = Object.entries(byName).map(([what, nodes]) => [what, count(nodes, name)]);
    const calls = { calls: count(found.calls, number), activities: count(found.activities, number) };
    return [key, { ...Object.fromEntries(named), ...calls, told: heard.get(id)?.size ?? 0 }] as const;
  };
  return Object.fromEntries([...accounts].map(ofOne));
};
