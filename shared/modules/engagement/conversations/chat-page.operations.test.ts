import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { runPage } from '#kernel/run-page';
import { openConversing } from '#test/support/conversing';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';

const desk = openConversing(withTenantTable());
const { conversations, line, messagesOf, only } = desk;
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

describe('the chat of a site', () => {
  it('takes what a visitor types once, and shows what they are answered to them alone', async () => {
    const site = await line('WEB_CHAT', { origins: ['https://www.acme.test'] });
    const token = await desk.tokenOf(site);
    await domain.run('createContact', { firstName: 'Rosa', lastName: 'Vera', email: 'rosa@example.com' });
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const write = async (at: string, typed: object, purpose = 'chat') =>
      runPage(domain.runtime, purpose, at, { ...desk.request, headers, body: JSON.stringify(typed) });
    const first = { key: 'k'.repeat(20), text: ' hola ', name: 'Rosa', email: 'Rosa@example.com' };
    const begun = await write(token, first);
    const { session = '' } = JSON.parse(String(begun.body)) as { session?: string };
    expect([begun.status, (await write(token, first)).body]).toEqual([200, begun.body]);
    const own = new URL(session).pathname.split('/').at(-1) ?? '';
    await write(own, { key: 'm'.repeat(20), text: '¿hay stock?' }, 'chat-visit');
    const wrong = [{ key: 'short' }, { text: 'x'.repeat(4001) }, { email: 'nobody' }];
    for (const each of wrong)
      expect(await write(token, { key: 'n'.repeat(20), text: 'x', ...each })).toMatchObject({ status: 422 });
    const row = await only();
    expect(row).toMatchObject({
      channel: 'WEB_CHAT',
      peerName: 'Rosa',
      claimedEmail: 'rosa@example.com',
    });
    // What colleagues read of a visitor opens no visit.
    expect(JSON.stringify([row, await messagesOf(row.id)])).not.toContain(first.key);
    expect(await write(own, { key: 'o'.repeat(20), text: 'x' })).toMatchObject({ status: 404 });
    // Anybody can type an address.
    expect(row.contact).toBeUndefined();
    await domain.run('addConversationNote', { id: row.id, text: 'nota' });
    // No wish to be left in peace: they came here by themselves.
    await write(own, { key: 'p'.repeat(20), text: 'Parar' }, 'chat-visit');
    await domain.run('sendMessage', { conversation: row.id, text: 'sí' });
    const sendAt = new Date(domain.clock.now().getTime() + 24 * 3_600_000).toISOString();
    await domain.run('sendMessage', { conversation: row.id, text: 'mañana', sendAt });
    await desk.drain();
    const read = (at: string, purpose = 'chat') =>
      runPage(domain.runtime, purpose, at, { ...desk.request, method: 'GET', headers });
    const texts = ({ body }: { readonly body: unknown }) =>
      (JSON.parse(String(body)) as { messages: { text: string }[] }).messages.map(({ text }) => text);
    expect(texts(await read(own, 'chat-visit'))).toEqual(['hola', '¿hay stock?', 'Parar', 'sí']);
    expect(texts(await read(token))).toEqual([]);
    const luis = await domain.run<AnyRow>('createContact', { firstName: 'Luis', lastName: 'Paz' });
    const { version } = await only();
    await domain.run('updateConversation', { id: row.id, version, contact: luis.id });
    await domain.settle();
    expect(new Set((await messagesOf(row.id)).map((message) => message.contact))).toEqual(new Set([luis.id]));
    domain.clock.advance(31 * 24 * 3_600_000);
    expect(await read(own, 'chat-visit')).toMatchObject({ status: 410 });
  });

  it('is shown within the sites that its account names, and bears only so much of one visitor and one address', async () => {
    const site = await line('WEB_CHAT', { origins: ['https://www.acme.test'] });
    expect(await failure(line('WEB_CHAT', { origins: ['acme.test/'] }))).toBe('BAD_INPUT');
    const { page = '', snippet = '' } = await domain.run<Record<string, string>>('channelAddresses', { id: site });
    const script = /\/p\/chat-script\/([^"]+)"/.exec(snippet)?.[1] ?? '';
    const code = await runPage(domain.runtime, 'chat-script', script, { ...desk.request, method: 'GET' });
    expect(String(code.body)).toContain(JSON.stringify(page));
    // An async script in the head runs before there is a body.
    let ready = (): void => undefined;
    const made = {
      textContent: '',
      attachShadow: () => made,
      querySelector: () => made,
      addEventListener: () => undefined,
    };
    const body = { appendChild: jest.fn() };
    const browser: Record<string, unknown> = {
      documentElement: { lang: 'es' },
      createElement: () => made,
      addEventListener: (_: string, run: () => void) => (ready = run),
    };
    runInNewContext(String(code.body), { document: browser, window: made });
    browser['body'] = body;
    ready();
    expect(body.appendChild).toHaveBeenCalledTimes(1);
    const token = page.split('/').at(-1) ?? '';
    const shown = await runPage(domain.runtime, 'chat', token, { ...desk.request, method: 'GET' });
    expect(shown.headers).toMatchObject({
      'content-security-policy': expect.stringContaining('frame-ancestors https://www.acme.test'),
    });
    const begin = (nth: number, ip: string) => {
      const typed = { key: `visitor-${String(nth).padStart(10, '0')}`, text: 'hola' };
      const body = new URLSearchParams(typed).toString();
      return runPage(domain.runtime, 'chat', token, { ...desk.request, ip, body });
    };
    for (let nth = 1; nth <= 10; nth += 1)
      expect(await begin(nth, `2001:db8::${String(nth)}:1`)).toMatchObject({ status: 303 });
    const refusal = await begin(11, '2001:db8::ffff');
    expect(refusal).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    expect(String(refusal.body)).toContain('Espere unos minutos');
    expect(await begin(11, '203.0.113.9')).toMatchObject({ status: 303 });
    domain.clock.advance(Number(refusal.headers?.['retry-after']) * 1000);
    expect(await begin(12, '2001:db8::1')).toMatchObject({ status: 303 });
    expect(await conversations()).toHaveLength(12);
  });
});
