import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
const { ask, act, signIn } = openClient(() => cloud);
let seller: Caller;
let support: Caller;
let administrator: Caller;
beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, support, administrator] = (await Promise.all(['seller', 'support', 'administrator'].map(signIn))) as [
    Caller,
    Caller,
    Caller,
  ];
}, 90_000);
afterAll(() => cloud.stop());

const rosa = { firstName: 'Rosaura', lastName: 'Zambrano', email: 'rosaura.z@lago.ec', phone: '0987123456' };
const request = async (subject: string, kind: string): Promise<string> => {
  const text =
    'mutation ($input: OpenPrivacyRequestInput!) { opened: openPrivacyRequest(input: $input) { privacyRequest { id } userErrors { code } } }';
  const answer = await ask<{ opened: { privacyRequest: { id: string } } }>(
    text,
    { input: { subject, kind } },
    administrator,
  );
  return answer.opened.privacyRequest.id;
};
const step = async (name: string, input: object, caller: Caller = administrator) => {
  const word = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const text = `mutation ($input: ${word}Input!) { done: ${name}(input: $input) { privacyRequest { id status } userErrors { code } } }`;
  return (await ask<{ done: { userErrors: { code: string }[] } }>(text, { input }, caller)).done.userErrors;
};
const statusOf = async (id: string) => {
  const asked = 'query ($id: ID!) { privacyRequest(id: $id) { status removed cleaned } }';
  return (await ask<{ privacyRequest: Record<string, unknown> }>(asked, { id }, administrator)).privacyRequest;
};

describe('privacy', () => {
  it('lets people confirm a consent behind a link in a mail, and withdraw it there', async () => {
    const { id } = await act('createContact', rosa, '', seller);
    const input = {
      subject: id,
      purpose: 'NEWSLETTER',
      channel: 'EMAIL',
      wording: 'Quiero novedades.',
      wordingVersion: '1',
    };
    const text =
      'mutation ($input: AskConsentInput!) { askConsent(input: $input) { consentProof { id status } userErrors { code } } }';
    await ask(text, { input }, seller);
    await cloud.idle();
    const [mail] = await cloud.mailbox({ to: rosa.email });
    const link = /https?:[^\s"<]+\/p\/consent\/[\w.-]+/.exec(`${mail?.text ?? ''} ${mail?.html ?? ''}`)?.[0] ?? '';
    const allowed = async () => {
      const asked = `query ($s: ID!) { mayContact(subject: $s, purpose: "NEWSLETTER", channel: EMAIL) { allowed proof { status source { how ip } wordingHash } } }`;
      return (
        await ask<{ mayContact: { allowed: boolean; proof: { source: { how: string } } } }>(asked, { s: id }, seller)
      ).mayContact;
    };
    expect((await fetch(link)).status).toBe(200);
    expect((await allowed()).allowed).toBe(false);
    const post = (answer: string) => fetch(link, { method: 'POST', body: new URLSearchParams({ answer }) });
    await post('yes');
    expect(await allowed()).toMatchObject({ allowed: true, proof: { status: 'GRANTED', source: { how: 'PAGE' } } });
    await post('no');
    expect(await allowed()).toMatchObject({ allowed: false, proof: { status: 'WITHDRAWN' } });
  });

  it('hands out what is known of a person by signed links, to nobody without the right', async () => {
    const { id } = await act(
      'createContact',
      { ...rosa, email: 'rosaura.dos@lago.ec', phone: '0987000222' },
      '',
      seller,
    );
    await cloud.idle();
    const asked = await request(id, 'ACCESS');
    expect(await failing(step('gatherPersonalData', { id: asked }, seller))).toContain('FORBIDDEN');
    await step('verifyPrivacyRequest', { id: asked, identityCheck: 'Cédula vista' });
    expect(await step('gatherPersonalData', { id: asked })).toEqual([]);
    await cloud.idle();
    expect(await statusOf(asked)).toMatchObject({ status: 'COMPLETED' });
    const text =
      'mutation ($input: PersonalDataLinksInput!) { personalDataLinks(input: $input) { data document userErrors { code } } }';
    const links = await ask<{ personalDataLinks: { data: string; document: string } }>(
      text,
      { input: { id: asked } },
      administrator,
    );
    const known = JSON.stringify(await (await fetch(links.personalDataLinks.data)).json());
    expect(known).toContain('rosaura.dos@lago.ec');
    expect((await (await fetch(links.personalDataLinks.document)).text()).slice(0, 4)).toBe('%PDF');
  });

  it('forgets a person everywhere, for this tenant alone, and keeps the proof of it', async () => {
    const other = await startOtherTenant(cloud);
    const theirs = await act('createContact', rosa, '', other);
    const { id } = await act(
      'createContact',
      { ...rosa, email: 'rosaura.tres@lago.ec', phone: '0987000333' },
      '',
      seller,
    );
    const account = await act(
      'createAccount',
      { name: 'Lago', description: 'Habla con Rosaura Zambrano, 0987000333.' },
      '',
      seller,
    );
    await cloud.idle();
    const asked = await request(id, 'ERASE');
    expect(await step('erasePersonalData', { id: asked })).toEqual([{ code: 'NOT_VERIFIED' }]);
    await step('verifyPrivacyRequest', { id: asked, identityCheck: 'Cédula vista' });
    expect(await step('erasePersonalData', { id: asked })).toEqual([]);
    await cloud.idle(120);
    expect(await statusOf(asked)).toMatchObject({ status: 'COMPLETED' });
    const left = `query ($id: ID!, $account: ID!) {
      contact(id: $id) { id }
      account(id: $account) { description }
      search(text: "rosaura.tres@lago.ec") { hits { title } }
    }`;
    expect(await ask(left, { id, account: account.id }, administrator)).toEqual({
      contact: null,
      account: { description: 'Habla con [erased], +10000000000.' },
      search: { hits: [] },
    });
    const feed = await ask<{ events: unknown }>(
      '{ events(first: 500) { events { type changed data } } }',
      {},
      administrator,
    ).catch(() => ({}));
    expect(JSON.stringify(feed)).not.toContain('rosaura.tres@lago.ec');
    const still = await ask<{ contact: { email: string } }>(
      'query ($id: ID!) { contact(id: $id) { email } }',
      { id: theirs.id },
      other,
    );
    expect(still.contact.email).toBe(rosa.email);
    const peeking = ask('query ($id: ID!) { privacyRequest(id: $id) { subject } }', { id: asked }, support);
    expect(await failing(peeking)).toContain('FORBIDDEN');
  });

  it('keeps records no longer than their rule says', async () => {
    const text =
      'mutation ($input: CreateRetentionRuleInput!) { made: createRetentionRule(input: $input) { retentionRule { id } userErrors { code } } }';
    const make = async (input: object, caller: Caller) =>
      (await ask<{ made: { retentionRule: { id: string } } }>(text, { input }, caller)).made.retentionRule;
    const rule = await make({ recordType: 'Contact', days: 3000, action: 'ARCHIVE' }, administrator);
    const preview = 'query ($id: ID!) { previewRetention(id: $id) { expired looked } }';
    expect(await ask(preview, { id: rule.id }, administrator)).toMatchObject({ previewRetention: { expired: 0 } });
    expect(await failing(make({ recordType: 'Mail', days: 1, action: 'ERASE' }, seller))).toContain('FORBIDDEN');
  });
});
