// A tenant to which people write: accounts on channels, a provider that hands in and one that is caught on the way out.
import { runPage } from '#kernel/run-page';
import { MessageRefused, type AnyRow, type Module, type PageAnswer, type Ports } from '#kernel';
import { signatureOf } from '#modules/engagement/channels';
import {
  Conversation,
  Message,
  sendQueuedMessage,
  type ConversationRow,
  type MessageRow,
} from '#modules/engagement/conversations';
import { startDomain, type Domain } from './domain.ts';
import type { TestEngine, Tenanted } from './engine.ts';
import { partyModules } from './parties.ts';
import { storeTenantOf, storingTenant, tenantIdOf } from './tenant.ts';

const signing = 'a-signing-secret';

/** A request as the web port gets it, and the text of an SMS as its port does. */
export type Caught = { readonly url: string; readonly body: Readonly<Record<string, unknown>> };

type Answer = () => Response | Error;

/** Providers that keep what they are given, or end a call as they are told. */
const catching = (caught: Caught[], answers: Answer[]): Pick<Ports, 'web' | 'messages'> => {
  const ended = (): Response | Error => {
    const answer = answers.shift();
    return answer ? answer() : Response.json({ id: `id-${String(caught.length + 1)}` });
  };
  const keep = async (url: string, body: Caught['body']): Promise<Response> => {
    const answer = ended();
    if (answer instanceof Error) throw answer;
    caught.push({ url, body });
    return Promise.resolve(answer);
  };
  return {
    web: { fetch: (url, { body = '{}' } = {}) => keep(url, JSON.parse(String(body)) as Caught['body']) },
    messages: {
      send: async (message) => {
        await keep(message.channel, message);
        return { messageId: `text-${String(caught.length)}` };
      },
      fetchMedia: () => Promise.resolve({ contentType: 'image/png', size: 1024 }),
    },
  };
};

const request = { method: 'POST' as const, path: '', query: {}, headers: {}, body: '', ip: '203.0.113.7' };

/** The signature of a body as each provider gives it. */
const signed = (body: string) => {
  const signature = signatureOf(body, signing);
  return {
    'x-hub-signature-256': signature,
    'x-signature-256': signature,
    'x-telegram-bot-api-secret-token': signing,
  };
};

/** What there is of conversations. */
const reading = (domain: () => Domain) => ({
  conversations: async (): Promise<readonly ConversationRow[]> => {
    const { rows } = await domain().reader().trusted(Conversation).page('all', { first: 50 });
    const ids = rows.map(({ id }) => id);
    return [...(await domain().reader().trusted(Conversation).getMany(ids)).values()];
  },
  /** The conversation that there is. @throws Error where there is none, or another one */
  only: async (): Promise<ConversationRow> => {
    const { rows } = await domain().reader().trusted(Conversation).page('all', { first: 2 });
    const [row, ...others] = rows;
    if (!row || others.length > 0) throw new Error(`There are ${String(rows.length)} conversations, not one.`);
    return domain().reader().trusted(Conversation).get(row.id);
  },
  messagesOf: async (conversation: string): Promise<readonly MessageRow[]> =>
    (await domain().reader().trusted(Message).page('byConversation', { of: conversation, first: 50 })).rows,
  messageOf: (id: string): Promise<MessageRow> => domain().reader().trusted(Message).get(id),
});

/** Accounts on channels, and what is handed in by them. */
const lines = (domain: () => Domain) => {
  let count = 0;
  const tokenOf = async (id: string): Promise<string> => {
    const { hook = '', page = '' } = await domain().run<{ hook?: string; page?: string }>('channelAddresses', { id });
    return (hook || page).split('/').at(-1) ?? '';
  };
  return {
    tokenOf,
    /** An account with its secrets; answers its id. */
    line: async (kind: string, more: object = {}): Promise<string> => {
      count += 1;
      const { id } = await domain().run<AnyRow>('createChannelAccount', {
        name: `${kind} ${String(count)}`,
        kind,
        ...more,
      });
      const secrets = { id, version: 1, signing, access: 'an-access-token', verify: 'a-word-agreed' };
      await domain().run('setChannelSecrets', secrets);
      return id;
    },
    /** Hands in what a provider has, signed as it signs. */
    handIn: async (id: string, body: unknown, more: Partial<typeof request> = {}): Promise<PageAnswer> => {
      const text = JSON.stringify(body);
      const asked = { ...request, headers: signed(text), body: text, ...more };
      return runPage(domain().runtime, 'hook-c', await tokenOf(id), asked);
    },
  };
};

/** What a domain with accounts on channels offers its tests. */
export const openConversing = (tenanted: Tenanted<TestEngine>, more: readonly Module[] = []) => {
  const caught: Caught[] = [];
  const answers: Answer[] = [];
  let domain: Domain;
  const here = (): Domain => domain;
  return {
    ...lines(here),
    ...reading(here),
    caught,
    request,
    start: async (): Promise<Domain> => {
      caught.length = 0;
      answers.length = 0;
      const tenant = tenantIdOf(tenanted.tenant);
      const modules = [...partyModules, storingTenant, ...more];
      domain = startDomain({ modules, table: tenanted.table, tenant, ports: catching(caught, answers) });
      await storeTenantOf(domain);
      return domain;
    },
    /** How the next calls of a provider end. */
    next: (...ends: Answer[]) => {
      answers.splice(0, answers.length, ...ends);
    },
    /** The queue at work: every message that was sent, once or more often. */
    drain: async (times = 1): Promise<void> => {
      const messages = domain.sent.splice(0).map(({ message }) => message.body as { tenant: string; message: string });
      for (const message of messages)
        await Promise.all(Array.from({ length: times }, () => sendQueuedMessage(domain.runtime, message)));
    },
  };
};

/** What a program of one's own hands in. */
export const written = (id: string, from: string, text: string) => ({ messages: [{ id, from, text }] });

/** A refusal as the port of texts tells it. */
export const refused = (isHaste: boolean) => (): Error => new MessageRefused(new Error('no'), isHaste);
