import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
let administrator: Caller;
let seller: Caller;
const { ask, act, signIn } = openClient(() => cloud);
beforeAll(async () => {
  cloud = await startTestCloud();
  [administrator, seller] = (await Promise.all(['administrator', 'seller'].map(signIn))) as [Caller, Caller];
}, 90_000);
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

/** The mail as it went over the wire, its folded lines in one. */
const sourceOf = async (id = ''): Promise<string> =>
  (await (await fetch(`${cloud.ready().mailbox}/messages/${id}/source`)).text()).replace(/\r\n\s+/g, ' ');

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

  it('EML-01 reaches users by itself: when something happens to their records, and as a list at a fixed time', async () => {
    const soon = new Date(Date.now() + 5 * 60_000 - 5 * 3_600_000).toISOString().slice(11, 16);
    const digest = { schedule: { every: 'DAY', at: soon }, of: 'Opportunity', template: 'rule-digest' };
    const entered = { on: 'opportunity.*', where: { stage: { eq: 'PROPOSAL' } }, template: 'deal-entered' };
    await act('createMailTemplate', {
      key: 'deal-entered',
      name: 'Deal',
      es: { subject: 'Oferta pedida: {{ record.name }}', body: 'De {{ record.account.name }}' },
    });
    for (const values of [digest, entered])
      await act('createMailRule', { name: 'Negocios', to: [{ kind: 'OWNER' }], ...values }, '', administrator);
    const other = { name: 'x', on: 'case.created', to: [{ kind: 'OWNER' }], template: 'message' };
    expect(await failing(act('createMailRule', other, '', seller))).toContain('FORBIDDEN');
    const account = (await act('createAccount', { name: 'Molinos' }, '', seller)).id;
    const deal = await act('createOpportunity', { name: 'Sillas', account }, 'stage', seller);
    await act('moveOpportunity', { id: deal.id, stage: 'PROPOSAL' }, '', seller);
    await cloud.idle();
    const mine = () => cloud.mailbox({ to: 'seller@demo.lazo.test', direction: 'sent' });
    const told = (await mine()).filter(({ subject }) => subject === 'Oferta pedida: Sillas');
    expect(told.map(({ text }) => text?.trim())).toEqual(['De Molinos']);
    await cloud.advance(7 * 60);
    await cloud.idle();
    const [list, ...others] = (await mine()).filter(({ subject }) => subject.startsWith('Negocios'));
    expect([list?.text?.includes('Sillas'), others.length]).toEqual([true, 0]);
  }, 60_000);

  it('EML-02 is written as a whole mail, tried out on oneself with a real record, and signed', async () => {
    const account = (await act('createAccount', { name: 'Café Ñandú' }, '', seller)).id;
    const body =
      '<mjml><mj-body><mj-section><mj-column><mj-text>{{ record.name }} {{ signature | raw }}</mj-text></mj-column></mj-section></mj-body></mjml>';
    const words = { subject: 'Para {{ record.name }}', body };
    await act('setMailSignature', { signature: 'Ana Vera\nVentas' }, 'mailSignature', seller);
    const trial = await act('sendTestMail', { ...words, record: account }, 'subject', seller);
    await act('createMailTemplate', { key: 'whole', name: 'Whole', es: words }, 'compiled { es }', administrator);
    const sendIt = { to: ['cafe@example.com'], template: 'whole', record: account, answersHere: true };
    await act('sendMail', sendIt, '', seller);
    await cloud.idle();
    expect(trial).toMatchObject({ subject: '[Prueba] Para Café Ñandú' });
    const [tried] = await cloud.mailbox({ to: 'seller@demo.lazo.test', direction: 'sent' });
    expect(tried?.subject).toBe('[Prueba] Para Café Ñandú');
    const [mail] = await cloud.mailbox({ to: 'cafe@example.com' });
    expect(mail?.text?.trim()).toBe('Café Ñandú\n\nAna Vera\nVentas');
    expect(mail?.html).toMatch(/^<!doctype html>[\s\S]*role="presentation"/);
    expect(await sourceOf(mail?.id)).toMatch(/^Reply-To: t-mail[\w-]{50}\.[\w-]{7}@in\./m);
    const broken = {
      key: 'broken',
      name: 'B',
      es: { subject: 's', body: '<mjml><mj-body><mj-foo/></mj-body></mjml>' },
    };
    expect(await failing(act('createMailTemplate', broken, '', administrator))).toContain('TEMPLATE_INVALID');
  });

  it('EML-03 belongs to a campaign and goes out as a case enters a status, to customers who agreed and until they unsubscribe', async () => {
    const type = (await act('createCaseType', { key: 'CLAIM', labels: { es: 'Reclamo', en: 'Claim' } })).id;
    await act('createMailTemplate', {
      key: 'on-it',
      name: 'On it',
      es: { subject: 'Nos ocupamos: {{ record.subject }}', body: '<p>Hola</p>' },
    });
    const rule = await act(
      'createMailRule',
      {
        name: 'On it',
        on: 'case.*',
        where: { status: { eq: 'IN_PROGRESS' } },
        to: [{ kind: 'CUSTOMER' }],
        template: 'on-it',
        kind: 'MARKETING',
        campaign: 'care-26',
      },
      '',
      administrator,
    );
    const account = (await act('createAccount', { name: 'Textiles' }, '', seller)).id;
    const reader = 'reader+a@simulator.amazonses.com';
    const contact = async (address: string, consents: readonly object[]) =>
      (
        await act(
          'createContact',
          { firstName: 'Eva', lastName: 'L', account, emails: [{ address }], consents },
          '',
          seller,
        )
      ).id;
    const agreed = await contact(reader, [{ channel: 'EMAIL', granted: true }]);
    const unasked = await contact('unasked@example.com', []);
    await cloud.idle();
    const claim = async (who: string) => {
      const { id } = await act('createCase', { type, account, contact: who, subject: 'Falla' }, '', seller);
      await act('moveCase', { id, status: 'IN_PROGRESS' }, '', seller);
    };
    await claim(agreed);
    await claim(unasked);
    await cloud.idle();
    const sentTo = async (to: string) => (await cloud.mailbox({ to, direction: 'sent' })).length;
    expect([await sentTo(reader), await sentTo('unasked@example.com')]).toEqual([1, 0]);
    type Mails = { mails: { nodes: { to: string[]; rule: { id: string } }[] } };
    const of = (caller?: Caller) =>
      ask<Mails>(
        '{ mails(where: { campaign: { eq: "care-26" } }) { nodes { to status opens clicks problems { kind } rule { id } } } }',
        {},
        caller,
      );
    const nodes = (await of()).mails.nodes.toSorted((a, b) => (String(a.to) < String(b.to) ? -1 : 1));
    expect(nodes).toMatchObject([
      { to: [reader], opens: 1, clicks: 1, rule: { id: rule.id } },
      { to: ['unasked@example.com'], status: 'REFUSED', problems: [{ kind: 'NO_CONSENT' }], rule: { id: rule.id } },
    ]);
    expect((await of(await startOtherTenant(cloud))).mails.nodes).toEqual([]);
    const [mail] = await cloud.mailbox({ to: reader });
    const source = await sourceOf(mail?.id);
    expect(source).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const url = /^List-Unsubscribe: <(http[^>]+)>/m.exec(source)?.[1] ?? '';
    const click = { method: 'POST', body: 'List-Unsubscribe=One-Click', redirect: 'manual' as const };
    const unsubscribed = await fetch(url, {
      ...click,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(unsubscribed.status).toBe(200);
    await claim(agreed);
    await cloud.idle();
    expect(await sentTo(reader)).toBe(1);
  }, 60_000);

  it('MAI-05 tells customers by itself that their order was received', async () => {
    await act('createMailTemplate', {
      key: 'order-received',
      name: 'Order',
      es: { subject: 'Recibimos su pedido {{ record.number }}', body: 'Total {{ record.total | money }}' },
    });
    const rule = { name: 'Received', on: 'order.confirmed', to: [{ kind: 'CUSTOMER' }], template: 'order-received' };
    await act('createMailRule', rule, '', administrator);
    const listPrice = { amount: '100', currency: 'USD' };
    const product = (await act('createProduct', { sku: 'SILLA', name: 'Silla', listPrice })).id;
    const account = (
      await act('createAccount', { name: 'Cliente', kinds: ['CUSTOMER'], email: 'compras@cliente.test' }, '', seller)
    ).id;
    const order = await act('createOrder', { account, lines: [{ product, quantity: '1' }] }, '', seller);
    await act('confirmOrder', { id: order.id, version: order.version }, '', seller);
    await cloud.idle();
    const mails = await cloud.mailbox({ to: 'compras@cliente.test', direction: 'sent' });
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Recibimos su pedido \S+$/)]);
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
