import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openClient, type Client } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { linkIn, mailsTo } from '#test/support/customer-pages';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
let platform: Server;
let seller: Caller;
const told: { readonly method: string; readonly url: string; readonly data: readonly string[] }[] = [];
const client: Client = openClient(() => cloud);
const { act, ask } = client;

/** An advertising platform that keeps what it is told. */
const startPlatform = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { payload } = JSON.parse(Buffer.concat(pieces).toString()) as { payload: { data: string[][] } };
      told.push({ method: request.method ?? '', url: request.url ?? '', data: payload.data.flat() });
      response.end('{}');
    });
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
  return server;
};

beforeAll(async () => {
  platform = await startPlatform();
  const double = `http://127.0.0.1:${String((platform.address() as AddressInfo).port)}`;
  cloud = await startTestCloud({
    environment: { LAZO_STAND_INS: JSON.stringify({ 'https://graph.facebook.com': double }) },
  });
  seller = await client.signIn('seller');
}, 120_000);
afterAll(async () => {
  // First, so that a cloud that never started keeps no process alive.
  platform.close();
  await cloud.stop();
});

const origin = 'https://www.example.com';
const text = (es: string, en: string) => ({ es, en });
const field = (key: string, kind: string, more: object = {}) => ({
  ...{ key, kind, label: text(key, key), fills: key, ...more },
});
const advertising = {
  ...{ purpose: 'ADVERTISING', channels: ['EMAIL'], version: '1' },
  wording: text('Acepto ver publicidad.', 'I agree to see advertising.'),
};
const fields = [
  field('name', 'TEXT', { required: true }),
  field('email', 'EMAIL', { required: true }),
  { ...field('plan', 'FILE', { types: ['application/pdf'] }), fills: null },
  { ...field('ads', 'CONSENT', { consent: advertising }), fills: null },
];

type Links = { readonly page: string; readonly script: string; readonly snippet: string };
const makeForm = async (more: object = {}) => {
  const input = {
    name: 'Landing',
    title: text('Pida su oferta', 'Ask for your offer'),
    fields,
    minSeconds: 0,
    ...more,
  };
  const form = await act('createForm', input);
  const { links } = await ask<{ links: Links }>(
    'query ($id: ID!) { links: formLinks(id: $id) { page script snippet } }',
    { id: form.id },
  );
  return { id: form.id, ...links };
};

const hiddenIn = (html: string): readonly (readonly [string, string])[] =>
  [...html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll('&amp;', '&'),
  ]);

/** Sends a form from its own page, as a browser does; the same page may be sent again. */
const fillIn = async (page: string, values: Readonly<Record<string, string | Blob>>, query = '') => {
  const shown = await (await fetch(`${page}${query}`, { headers: { referer: 'https://www.google.com/' } })).text();
  const send = async () => {
    const body = new FormData();
    for (const [name, value] of hiddenIn(shown)) body.set(name, value);
    for (const [name, value] of Object.entries(values))
      if (typeof value === 'string') body.set(name, value);
      else body.set(name, value, 'plan ñ.pdf');
    const answer = await fetch(`${page}${query}`, { method: 'POST', body });
    return { status: answer.status, text: await answer.text() };
  };
  return { ...(await send()), again: send };
};

type Submission = {
  readonly id: string;
  readonly status: string;
  readonly origin: Readonly<Record<string, string | null>>;
  readonly lead: { readonly id: string; readonly campaign: string | null; readonly name: string } | null;
  readonly files: readonly { readonly id: string; readonly name: string }[];
};
const submissionsOf = async (form: string, caller?: Caller): Promise<readonly Submission[]> => {
  await cloud.idle();
  const { form: found } = await ask<{ form: { submissions: { edges: { node: Submission }[] } } | null }>(
    `query ($id: ID!) { form(id: $id) { submissions { edges { node { id status
      origin { source campaign referrer page } lead { id name campaign } files { id name } } } } } }`,
    { id: form },
    caller,
  );
  return found?.submissions.edges.map(({ node }) => node) ?? [];
};

describe('forms on the web', () => {
  it('INT-06 ANA-01 a landing page makes a lead once, with its file, and tells the way by which it came', async () => {
    const owner = await client.idOf(seller);
    const form = await makeForm({ owner });
    const plan = new Blob(['%PDF-1.7 plan'], { type: 'application/pdf' });
    const query = '?utm_source=newsletter&utm_campaign=spring&lang=es';
    const {
      status,
      text: page,
      again,
    } = await fillIn(form.page, { name: 'José Ñandú', email: 'jose@example.com', plan }, query);
    expect([status, page.includes('Lo hemos recibido')]).toEqual([200, true]);
    expect((await again()).status).toBe(200);
    const [submission, ...others] = await submissionsOf(form.id, seller);
    expect(others).toEqual([]);
    expect(submission).toMatchObject({
      status: 'PROCESSED',
      lead: { name: 'José Ñandú', campaign: 'spring' },
      files: [{ name: 'plan ñ.pdf' }],
      origin: { source: 'newsletter', campaign: 'spring', referrer: 'https://www.google.com/' },
    });
    const { file } = await ask<{ file: { url: string } }>(
      'query ($id: ID!) { file: fileUrl(id: $id) { url } }',
      { id: submission?.files[0]?.id },
      seller,
    );
    expect(await (await fetch(file.url)).text()).toBe('%PDF-1.7 plan');
    const wrong = await fillIn(form.page, { name: '', email: 'nobody', plan: new Blob(['x'], { type: 'text/plain' }) });
    expect([wrong.status, wrong.text.match(/class="wrong"/g)?.length]).toEqual([422, 3]);
    await expect(act('createForm', { name: 'Mine' }, '', seller)).rejects.toThrow();
    expect(await submissionsOf(form.id, await startOtherTenant(cloud))).toEqual([]);
    expect((await fetch(`${form.page}x`)).status).toBe(404);
  });

  it('INT-06 a form within another site answers that site alone, and waits for the link in a mail where it says so', async () => {
    const form = await makeForm({ origins: [origin], doubleOptIn: true });
    const script = await fetch(form.script);
    expect([script.headers.get('content-type'), form.snippet]).toEqual([
      'text/javascript; charset=utf-8',
      `<script src="${form.script}" async></script>`,
    ]);
    const from = (site: string) => fetch(`${form.page}?embed=1&page=${origin}/offer`, { headers: { origin: site } });
    expect((await from('https://evil.test')).status).toBe(403);
    const shown = await from(origin);
    expect(shown.headers.get('access-control-allow-origin')).toBe(origin);
    const { html } = (await shown.json()) as { html: string };
    const body = new URLSearchParams({ ...Object.fromEntries(hiddenIn(html)), name: 'Eva', email: 'eva@example.com' });
    await fetch(`${form.page}?embed=1`, { method: 'POST', headers: { origin }, body });
    expect(await submissionsOf(form.id)).toMatchObject([{ status: 'UNCONFIRMED', lead: null }]);
    const [mail] = await mailsTo(cloud, 'eva@example.com', 'onfirm');
    const link = linkIn(mail?.html, 'form-confirm');
    await fetch(link);
    expect(await submissionsOf(form.id)).toMatchObject([{ status: 'UNCONFIRMED' }]);
    await fetch(link, { method: 'POST' });
    expect(await submissionsOf(form.id)).toMatchObject([{ status: 'PROCESSED', lead: { name: 'Eva' } }]);
  });

  it('WFL-06 what a landing page captures starts a workflow', async () => {
    const form = await makeForm();
    const { activityTypes } = await ask<{ activityTypes: { edges: { node: { id: string; key: string } }[] } }>(
      '{ activityTypes { edges { node { id key } } } }',
    );
    const type = activityTypes.edges.find(({ node }) => node.key === 'CALL')?.node.id;
    const call = { type, subject: 'Llamar a {record.name}', about: { $: 'record.lead' } };
    await act('createWorkflow', {
      ...{ name: 'Call back', of: 'FormSubmission' },
      trigger: { kind: 'EVENT', on: 'formSubmission.processed', where: { form: { eq: form.id } } },
      steps: [{ key: 'CALL', kind: 'operation', input: { operation: 'createActivity', input: call } }],
    });
    await fillIn(form.page, { name: 'Iván Paz', email: 'ivan@example.com' });
    const [submission] = await submissionsOf(form.id);
    await cloud.idle();
    const { activities } = await ask<{ activities: { edges: { node: { subject: string; about: { id: string } } }[] } }>(
      '{ activities(first: 50) { edges { node { subject about { id } } } } }',
    );
    expect(activities.edges.map(({ node }) => node)).toContainEqual({
      subject: 'Llamar a Iván Paz',
      about: { id: submission?.lead?.id },
    });
  });
});

describe('after a questionnaire', () => {
  it('OPP-11 who agrees is shown advertising on a social network, and is not once that is taken back', async () => {
    const form = await makeForm();
    const audience = await act('createAdAudience', {
      name: 'Ads',
      platform: 'META',
      destination: '1234567',
      forms: [form.id],
    });
    await act('setAudienceCredential', { id: audience.id, token: 'secret' });
    await fillIn(form.page, { name: 'Luz', email: 'luz@example.com', ads: 'yes' });
    await fillIn(form.page, { name: 'Max', email: 'max@example.com' });
    const submissions = await submissionsOf(form.id);
    await cloud.advance(130);
    await cloud.idle();
    const hash = createHash('sha256').update('luz@example.com').digest('hex');
    expect(told).toEqual([{ method: 'POST', url: '/v25.0/1234567/users', data: [hash, ''] }]);
    const lead = submissions.find((each) => each.lead?.name === 'Luz')?.lead?.id;
    await act('recordConsent', {
      ...{ subject: lead, purpose: 'ADVERTISING', channel: 'EMAIL', granted: false },
      ...{ wording: 'No.', wordingVersion: '1', source: { how: 'CALL' } },
    });
    await cloud.idle();
    await cloud.advance(130);
    await cloud.idle();
    expect(told.at(-1)).toMatchObject({ method: 'DELETE', data: [hash, ''] });
    const { audience: kept } = await ask<{ audience: { hasCredential: boolean; members: { edges: object[] } } }>(
      'query ($id: ID!) { audience: adAudience(id: $id) { hasCredential members { edges { node { status } } } } }',
      { id: audience.id },
    );
    expect(kept).toMatchObject({ hasCredential: true, members: { edges: [{ node: { status: 'REMOVED' } }] } });
  });
});

describe('visitors of a site', () => {
  it('OPP-12 a known visitor who comes back after days gives a call to make', async () => {
    const site = await act('createTrackedSite', {
      ...{ name: 'Tienda', origins: [origin], returnAfterDays: 1, callOnReturn: true },
    });
    await act('switchOnWorkflow', { ready: 'VISITOR_RETURNED' });
    const { tracking } = await ask<{ tracking: { address: string } }>(
      'query ($id: ID!) { tracking: trackingSnippet(id: $id) { address } }',
      { id: site.id },
    );
    const tell = async (said: Readonly<Record<string, string>>) => {
      const body = new URLSearchParams({ page: `${origin}/precios`, title: 'Precios', ...said });
      const answer = await fetch(tracking.address, { method: 'POST', headers: { origin }, body });
      return (await answer.json()) as { visitor?: string };
    };
    const { visitor = '' } = await tell({ action: 'consent' });
    const form = await makeForm({ owner: await client.idOf(seller) });
    await fillIn(form.page, { name: 'Sol Ruiz', email: 'sol@example.com' }, `?visitor=${visitor}`);
    const [submission] = await submissionsOf(form.id);
    await cloud.advance(86_400);
    await tell({ action: 'view', visitor });
    await cloud.idle();
    seller = await client.signIn('seller');
    const { activities, visitors } = await ask<{
      activities: { edges: { node: { subject: string; notes: string; about: { id: string } | null } }[] };
      visitors: { edges: { node: { visits: number; lead: { id: string }; pages: { views: object[] } } }[] };
    }>(
      `{ activities(first: 50) { edges { node { subject notes about { id } } } }
        visitors { edges { node { visits lead { id } pages { views { page title } } } } } }`,
      {},
      seller,
    );
    const { lead } = submission ?? {};
    expect(visitors.edges.map(({ node }) => node)).toEqual([
      {
        visits: 2,
        lead: { id: lead?.id },
        pages: { views: [1, 2].map(() => ({ page: `${origin}/precios`, title: 'Precios' })) },
      },
    ]);
    const asked = activities.edges.find(({ node }) => node.subject === 'Llamar: de vuelta en la web tras 1 días');
    expect(asked?.node.about?.id).toMatch(/^vis_/);
    const call = activities.edges.find(({ node }) => node.subject.includes('Tienda'));
    expect(call?.node).toEqual({
      subject: 'Llamar: volvió a Tienda después de 1 días',
      notes: 'Precios\nPrecios',
      about: { id: lead?.id },
    });
  });
});
