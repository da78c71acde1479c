// A telephone line of a tenant and the exchange that tells of its calls: for tests of calls, on the engine.
import { runPage } from '#kernel/run-page';
import { PhoneCall, type PhoneCallRow } from '#modules/engagement/calls';
import { signatureOf } from '#modules/engagement/channels';
import type { Domain } from './domain.ts';

/** With what the exchange signs. */
export const exchangeSecret = 'a-secret-of-the-exchange';

type Line = { readonly id: string; readonly version: number };
type Told = { readonly status: number | string; readonly call?: string; readonly code?: string };

/** What tests do with calls in a domain. */
export const callingIn = (of: () => Domain) => {
  let hook = '';
  /** Makes the line whose exchange speaks from now on: telephones 101, 102 and so on are those of these people. */
  const openLine = async (users: readonly string[], more: object = {}): Promise<Line> => {
    const extensions = users.map((user, index) => ({ extension: String(101 + index), user }));
    const line = { name: 'Central', dialUrl: 'https://pbx.test/calls', extensions, ...more };
    const { id, version } = await of().run<Line>('createPhoneLine', line);
    const secrets = { id, version, signing: exchangeSecret, access: 'token-of-the-exchange' };
    await of().run('setPhoneLineSecrets', secrets);
    ({ url: hook } = await of().run<{ url: string }>('phoneLineHook', { id }));
    return { id, version };
  };
  /** Tells of a call as the exchange does; answers what the hook answered. */
  const tell = async (news: object, key = exchangeSecret, sentAt = of().clock.now()): Promise<Told> => {
    const body = JSON.stringify(news);
    const second = String(Math.floor(sentAt.getTime() / 1000));
    const headers = { 'x-timestamp': second, 'x-signature-256': signatureOf(`${second}.${body}`, key) };
    const request = { method: 'POST', path: hook, query: {}, headers, body, ip: '' } as const;
    const answer = await runPage(of().runtime, 'hook-t', hook.split('/').at(-1) ?? '', request);
    return { status: answer.status, ...(JSON.parse(String(answer.body)) as { call?: string; code?: string }) };
  };
  const callOf = async (id = ''): Promise<PhoneCallRow> => of().reader().trusted(PhoneCall).get(id);
  return { openLine, tell, callOf };
};
