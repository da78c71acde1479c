import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

type Answer = {
  readonly sendMail: {
    readonly mail?: { readonly id: string; readonly status: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly path?: readonly string[] }[];
  };
};

const send = async (input: object): Promise<Answer['sendMail']> => {
  const answer = await cloud.graphql<Answer>(
    'mutation Send($input: SendMailInput!) { sendMail(input: $input) { mail { id status } userErrors { code path } } }',
    { input },
  );
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data.sendMail;
};
const ledger = async (id: string) => {
  const answer = await cloud.graphql(
    'query Ledger($id: ID!) { mail(id: $id) { status messageId deliveredTo attempts possibleDuplicate body { format } problems { kind } } }',
    { id },
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.['mail'];
};

const template = {
  key: 'welcome',
  name: 'Welcome',
  es: { subject: 'Le damos la bienvenida, {{ name }}', body: '<p>Su saldo es {{ balance | money }}.</p>' },
  en: { subject: 'Welcome, {{ name }}', body: '<p>Your balance is {{ balance | money }}.</p>' },
};

describe('mail', () => {
  it('EML-02 goes out from a template in Spanish and in English, as a person reads it', async () => {
    await cloud.graphql(
      'mutation Make($input: CreateMailTemplateInput!) { createMailTemplate(input: $input) { userErrors { code } } }',
      { input: template },
    );
    const data = { name: 'Íñigo', balance: { amount: '1234.5', currency: 'USD' } };
    const spanish = await send({ to: ['inigo@example.com'], template: 'welcome', data, locale: 'es' });
    await send({ to: ['inigo@example.com'], template: 'welcome', data, locale: 'en' });
    expect(spanish).toMatchObject({ mail: { status: 'QUEUED' }, userErrors: [] });
    await cloud.idle();
    const mails = await cloud.mailbox({ to: 'inigo@example.com', direction: 'sent' });
    expect(mails.map(({ subject }) => subject).sort()).toEqual(['Le damos la bienvenida, Íñigo', 'Welcome, Íñigo']);
    const es = mails.find(({ subject }) => subject.startsWith('Le'));
    expect(es?.text).toContain('Su saldo es $1.234,50.');
    expect(es?.html).toContain('lang="es"');
    expect(mails.find(({ subject }) => subject.startsWith('W'))?.text).toMatch(/Your balance is (US)?\$1,234\.50\./);
    expect(await ledger(spanish.mail?.id ?? '')).toMatchObject({
      status: 'DELIVERED',
      deliveredTo: ['inigo@example.com'],
      attempts: 1,
      possibleDuplicate: false,
    });
    const page = await fetch(`${cloud.ready().mailbox}/messages/${es?.id ?? ''}`);
    expect(await page.text()).toContain('Le damos la bienvenida, Íñigo');
  });

  it('EML-02 stops at addresses that bounce', async () => {
    const to = ['bounce+a@simulator.amazonses.com'];
    const { mail } = await send({ to, subject: 'Hola', body: 'Uno' });
    await cloud.idle();
    expect(await ledger(mail?.id ?? '')).toMatchObject({ status: 'BOUNCED', problems: [{ kind: 'BOUNCE' }] });
    expect(await send({ to, subject: 'Hola', body: 'Dos' })).toMatchObject({ userErrors: [{ code: 'SUPPRESSED' }] });
  });

  it('EML-02 is not lost when the whole machine stops right after the answer', async () => {
    const { mail } = await send({ to: ['late@example.com'], subject: 'Después', body: 'Llega igual.' });
    await cloud.kill9();
    await cloud.restart();
    await cloud.idle();
    await cloud.advance(30 * 60);
    expect((await cloud.mailbox({ to: 'late@example.com' })).length).toBeGreaterThanOrEqual(1);
    expect(await ledger(mail?.id ?? '')).toMatchObject({ status: 'DELIVERED' });
  }, 60_000);
});
