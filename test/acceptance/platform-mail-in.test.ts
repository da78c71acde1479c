import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { replyTo } from '#test/support/invitation-replies';
import { startOtherTenant } from '#test/support/other-tenant';
import { writeMail, type Written } from '#test/support/written-mail';

let cloud: TestCloud;
const { ask, act, signIn, idOf } = openClient(() => cloud);
let administrator: Caller;
let seller: Caller;
let sellerId: string;
let stranger: Caller;
let account: string;
let contact: string;
let inbox: string;
let address: Answered;

const toCase = { name: 'Clientes', route: 'CASE', sender: 'KNOWN', words: ['no funciona'] };
const toDeal = { name: 'Ventas', route: 'OPPORTUNITY', words: ['cotización'], addsSender: true, assign: 'ROUND_ROBIN' };
const toLead = { name: 'Nuevos', route: 'LEAD', sender: 'UNKNOWN', assign: 'RECORD_RULES' };
const toWork = { name: 'Llamadas', route: 'ACTIVITY', words: ['llámenme'], assign: 'OWNER' };

beforeAll(async () => {
  cloud = await startTestCloud();
  administrator = await signIn('administrator');
  seller = await signIn('seller');
  sellerId = await idOf(seller);
  stranger = await startOtherTenant(cloud);
  account = (await act('createAccount', { name: 'Cliente S.A.' }, '', seller)).id;
  const rosa = { firstName: 'Rosa', lastName: 'Vera', email: 'rosa@client.test', account };
  contact = (await act('createContact', rosa, '', seller)).id;
  await act('createAssignmentRule', { name: 'Todos', how: 'ROUND_ROBIN', users: [sellerId] }, '', administrator);
  const rules = [toCase, { ...toDeal, users: [sellerId] }, { ...toWork, owner: sellerId }, toLead];
  const given = { name: 'Ventas', address: 'ventas@acme.test', rules };
  address = await act('createMailAddress', given, 'inbox', administrator);
  inbox = String(address['inbox']);
  await cloud.idle();
}, 120_000);
afterAll(() => cloud.stop());

/** Hands a mail to the door for mail from outside. */
const post = async (to: string | readonly string[], mail: Written | Buffer): Promise<void> => {
  const [host, port] = cloud.ready().smtp.split(':');
  const sender = nodemailer.createTransport({ host, port: Number(port) });
  const raw = Buffer.isBuffer(mail) ? mail : writeMail(mail);
  await sender.sendMail({ envelope: { from: 'rosa@client.test', to: [to].flat() }, raw });
  sender.close();
};

type Mail = Readonly<Record<string, unknown>> & { readonly id: string; readonly subject: string };
const fields =
  'id subject direction outcome ignoredFor isReply excerpt from owner { id } thread { id standing received waitingSince } record { id } contact { id } account { id } attachments { id name size contentType } raw { id contentType size }';
const listed = async (caller?: Caller): Promise<readonly Mail[]> =>
  (
    await ask<{ inboundMails: { nodes: readonly Mail[] } }>(
      `{ inboundMails(first: 100) { nodes { ${fields} } } }`,
      {},
      caller,
    )
  ).inboundMails.nodes;
/** Sends mails and answers them as they were kept, by subject. */
const take = async (
  to: string | readonly string[],
  ...mails: readonly (Written | Buffer)[]
): Promise<ReadonlyMap<string, Mail>> => {
  for (const mail of mails) await post(to, mail);
  await cloud.idle();
  return new Map((await listed()).toReversed().map((mail) => [mail.subject, mail]));
};
const one = async (query: string, id: unknown): Promise<Readonly<Record<string, unknown>>> =>
  (await ask<{ one: Readonly<Record<string, unknown>> }>(`query ($id: ID!) { one: ${query} }`, { id })).one;
const idIn = (mail: Mail | undefined, field: string): unknown => (mail?.[field] as { id: string } | null)?.id;

describe('mail that comes in', () => {
  it('EML-04 HLP-02 opens cases of customers, leads of strangers and work for people, with their files', async () => {
    const withFile = nodeMime({ subject: 'La máquina no funciona', file: 'foto.txt', text: 'Se detuvo.\n\n> Hola' });
    const mails = await take(
      inbox,
      withFile,
      { from: 'Luis Díaz <luis@nuevo.test>', subject: 'Información', messageId: 'luis-1@nuevo.test' },
      { subject: 'Por favor, LLAMENME' },
      { subject: 'Saludos' },
    );
    const broken = mails.get('La máquina no funciona');
    expect(broken).toMatchObject({
      outcome: 'OPENED',
      excerpt: 'Se detuvo.',
      account: { id: account },
      contact: { id: contact },
    });
    expect(broken?.['attachments']).toMatchObject([{ name: 'foto.txt', size: 5 }]);
    expect(broken?.['raw']).toMatchObject({ contentType: 'message/rfc822' });
    const url = 'query ($id: ID!) { fileUrl(id: $id) { url } }';
    const raw = await ask<{ fileUrl: { url: string } }>(url, { id: idIn(broken, 'raw') }, seller);
    expect(await (await fetch(raw.fileUrl.url)).text()).toContain('> Hola');
    expect(await failing(ask(url, { id: idIn(broken, 'raw') }, stranger))).toContain('NOT_FOUND');
    const row = await one(
      'case(id: $id) { subject account { id } contact { id } owner { id } }',
      idIn(broken, 'record'),
    );
    expect(row).toMatchObject({ subject: 'La máquina no funciona', account: { id: account }, owner: { id: sellerId } });
    const lead = await one(
      'lead(id: $id) { email firstName lastName message status owner { id } }',
      idIn(mails.get('Información'), 'record'),
    );
    expect(lead).toMatchObject({
      email: 'luis@nuevo.test',
      firstName: 'Luis',
      lastName: 'Díaz',
      status: 'NEW',
      owner: { id: sellerId },
    });
    const work = await one(
      'activity(id: $id) { kind owner { id } account { id } }',
      idIn(mails.get('Por favor, LLAMENME'), 'record'),
    );
    expect(work).toMatchObject({ kind: 'EMAIL', owner: { id: sellerId }, account: { id: account } });
    expect(mails.get('Saludos')).toMatchObject({ outcome: 'KEPT', record: null });
  });

  it('EML-05 opens opportunities, of senders whom nobody knew too', async () => {
    const mails = await take(inbox, { from: 'Eva Paz <eva@cliente-nuevo.test>', subject: 'Cotización de 20 sillas' });
    const mail = mails.get('Cotización de 20 sillas');
    const deal = await one(
      'opportunity(id: $id) { name stageKind owner { id } account { id name } contact { id email } }',
      idIn(mail, 'record'),
    );
    expect(deal).toMatchObject({
      name: 'Cotización de 20 sillas',
      stageKind: 'OPEN',
      owner: { id: sellerId },
      account: { name: 'Eva Paz' },
      contact: { email: 'eva@cliente-nuevo.test' },
    });
    expect(idIn(mail, 'contact')).toBe((deal['contact'] as { id: string }).id);
  });

  it('OMN-01 OMN-02 is one conversation from both sides, with waiting measured, and nobody else gets in', async () => {
    const mails = await take(inbox, { subject: 'Pedido no funciona', messageId: 'p1@client.test' });
    const asked = mails.get('Pedido no funciona');
    expect(asked?.['thread']).toMatchObject({ standing: 'WAITING', received: 1 });
    await act('replyToMail', { mail: asked?.id, text: 'Lo vemos hoy.' }, 'status', seller);
    await cloud.idle();
    const [answer] = await cloud.mailbox({ to: 'rosa@client.test', direction: 'sent' });
    expect(answer).toMatchObject({ subject: 'Re: Pedido no funciona', inReplyTo: '<p1@client.test>' });
    expect(answer?.text).toContain('Lo vemos hoy.');
    const thread = idIn(asked, 'thread');
    const standing =
      'mailThread(id: $id) { standing received sent firstAnswerMinutes participants mails { nodes { subject } } }';
    expect(await one(standing, thread)).toMatchObject({ standing: 'ANSWERED', sent: 1, firstAnswerMinutes: 0 });
    const [reply = ''] = await replyAddress('rosa@client.test');
    const after = await take(reply, { subject: 'Gracias', text: 'Perfecto' });
    expect(after.get('Gracias')).toMatchObject({
      outcome: 'REPLY',
      isReply: true,
      thread: { id: thread },
      record: { id: idIn(asked, 'record') },
    });
    const forged = reply.replace(/\.(.)/, (_all, letter: string) => `.${letter === 'a' ? 'b' : 'a'}`);
    const refused = await take([forged], { subject: 'Falsificado' });
    expect(refused.has('Falsificado')).toBe(false);
    const intruder = { from: 'mal@evil.test', subject: 'Intruso', headers: ['In-Reply-To: <p1@client.test>'] };
    expect(idIn((await take(inbox, intruder)).get('Intruso'), 'thread')).not.toBe(thread);
    expect(await one(standing, thread)).toMatchObject({ standing: 'WAITING', received: 2, sent: 1 });
  });

  it('OMN-02 lets two companies of one deployment write to each other, and their robots not', async () => {
    const rules = [{ name: 'Nuevos', route: 'LEAD', assign: 'RECORD_RULES' }];
    const theirs = await act('createMailAddress', { name: 'Compras', rules }, 'inbox', stranger);
    const thanks = { key: 'thanks', name: 'Thanks', es: { subject: 'Recibido', body: 'Gracias' } };
    await act('createMailTemplate', thanks, '', stranger);
    const byRobot = { name: 'Thanks', on: 'inboundMail.received', template: 'thanks', answersHere: true };
    await act('createMailRule', { ...byRobot, to: [{ kind: 'CUSTOMER', path: 'from' }] }, '', stranger);
    const offer = { to: [String(theirs['inbox'])], subject: 'Oferta', body: 'Diez', answersHere: true };
    await act('sendMail', offer, '', seller);
    await cloud.idle();
    const named = async (subject: string, caller: Caller) =>
      (await listed(caller)).filter((mail) => mail.subject === subject);
    const [asked] = await named('Oferta', stranger);
    expect(asked).toMatchObject({ outcome: 'OPENED', from: expect.stringMatching(/^t-mail/) });
    expect(await named('Recibido', seller)).toMatchObject([{ outcome: 'IGNORED', ignoredFor: 'AUTO_REPLY' }]);
    await act('replyToMail', { mail: asked?.id, text: 'Que sean ocho' }, '', stranger);
    await cloud.idle();
    const [answer] = await named('Re: Oferta', seller);
    expect(answer).toMatchObject({ outcome: 'REPLY', excerpt: 'Que sean ocho' });
    await act('replyToMail', { mail: answer?.id, text: 'Nueve' }, '', seller);
    await cloud.idle();
    expect(await named('Re: Oferta', stranger)).toMatchObject([
      { outcome: 'REPLY', excerpt: 'Nueve', thread: { id: idIn(asked, 'thread') } },
    ]);
    expect(await named('Recibido', stranger)).toEqual([]);
  });

  it('EML-06 stays on the card when the mailbox forgets it: copies and forwards of one’s own mailbox', async () => {
    const own = await act('renewMyMailAddress', {}, 'inbox', seller);
    const mine = String(own['inbox']);
    const mails = await take(
      mine,
      { from: 'seller@demo.lazo.test', to: 'rosa@client.test', subject: 'Propuesta privada' },
      {
        from: 'seller@demo.lazo.test',
        subject: 'RV: Precio',
        text: 'Ver\n\nDe: Rosa <rosa@client.test>\nEnviado: hoy\nPara: Yo\nAsunto: Precio\n\n¿Cuánto?',
      },
    );
    expect(mails.get('Propuesta privada')).toMatchObject({
      outcome: 'FILED',
      direction: 'OUTBOUND',
      record: { id: contact },
    });
    expect(mails.get('RV: Precio')).toMatchObject({ outcome: 'FILED', direction: 'INBOUND', contact: { id: contact } });
    const { timeline } = await ask<{ timeline: unknown }>(
      'query ($id: ID!) { timeline(record: $id, first: 20) { entries { type } } }',
      { id: contact },
      seller,
    );
    expect(JSON.stringify(timeline)).toContain('inboundMail.received');
    const theirs = await act('createMailAddress', { name: 'Otra' }, 'inbox', stranger);
    await take([inbox, String(theirs['inbox'])], { subject: 'A las dos' });
    const [both] = await listed(stranger);
    expect(both).toMatchObject({ subject: 'A las dos', outcome: 'KEPT' });
    expect(await failing(act('createMailAddress', { name: 'x', rules: [] }, '', seller))).toContain('FORBIDDEN');
  });

  it('EML-04 takes answers of calendar programs, explains itself, and makes of kept mail what new rules say, once', async () => {
    const types = await ask<{ activityTypes: { nodes: { id: string; key: string }[] } }>(
      '{ activityTypes { nodes { id key } } }',
    );
    const type = types.activityTypes.nodes.find(({ key }) => key === 'MEETING')?.id;
    const meeting = await act(
      'createActivity',
      { subject: 'Reunión', type, startsAt: '2031-01-15T15:00:00Z' },
      '',
      seller,
    );
    const people = [{ email: 'rosa@client.test' }];
    const invitation = await act('inviteToActivity', { activity: meeting.id, people }, '', seller);
    await cloud.idle();
    const sentTo = (await cloud.mailbox({ to: 'rosa@client.test', direction: 'sent' })).find(({ subject }) =>
      subject.includes('Reunión'),
    );
    const file = sentTo?.attachments.find(({ name }) => name.endsWith('.ics'));
    const calendar = await (await fetch(new URL(file?.url ?? '', cloud.ready().mailbox))).text();
    const [organizer = ''] = /t-act[^@\s]+@[\w.-]+/.exec(calendar.replaceAll(/\r?\n[ \t]/g, '')) ?? [];
    await take(
      organizer,
      Buffer.from(replyTo(calendar, { email: 'rosa@client.test', partstat: 'ACCEPTED', stamp: '20310101T000000Z' })),
    );
    const answered = await one('invitation(id: $id) { attendees { email status } }', invitation.id);
    expect(answered).toEqual({ attendees: [{ email: 'rosa@client.test', status: 'ACCEPTED' }] });
    const kept = (await take(inbox, { subject: 'Buenas' })).get('Buenas');
    const explained = await one('explainMail(id: $id) { isCurrent decisions { step test found detail } }', kept?.id);
    expect(explained['isCurrent']).toBe(true);
    expect(explained['decisions']).toContainEqual(
      expect.objectContaining({ step: 'RULE', test: 'Ventas', found: false }),
    );
    const rules = [{ name: 'Todo', route: 'ACTIVITY', words: ['buenas'], assign: 'OWNER', owner: sellerId }];
    const preview =
      'mutation ($input: PreviewMailRulesInput!) { done: previewMailRules(input: $input) { mails { mail { id } outcome opens } userErrors { code } } }';
    const { done } = await ask<{ done: { mails: readonly object[] } }>(
      preview,
      { input: { address: address.id, rules } },
      administrator,
    );
    expect(done.mails).toContainEqual({ mail: { id: kept?.id }, outcome: 'OPENED', opens: 'act' });
    expect((await one('inboundMail(id: $id) { record { id } }', kept?.id))['record']).toBeNull();
    await act('updateMailAddress', { id: address.id, version: address.version, rules }, '', administrator);
    const records: unknown[] = [];
    for (let turn = 1; turn <= 2; turn += 1) {
      await act('rerunMailRules', { address: address.id }, '', administrator);
      await cloud.idle();
      records.push(await one('inboundMail(id: $id) { outcome version record { id } }', kept?.id));
    }
    expect(records[0]).toMatchObject({ outcome: 'OPENED', record: { id: expect.stringContaining('act_') } });
    expect(records[1]).toEqual(records[0]);
  });
});

/** Where answers to the last mail to somebody go, as its headers say. */
const replyAddress = async (to: string): Promise<readonly string[]> => {
  const [mail] = await cloud.mailbox({ to, direction: 'sent' });
  const source = await (await fetch(`${cloud.ready().mailbox}/messages/${mail?.id ?? ''}/source`)).text();
  return /^Reply-To:\s*<?([^>\r\n]+)>?/im.exec(source)?.slice(1) ?? [];
};

/** A mail with a file. */
function nodeMime({ subject, file, text }: { subject: string; file: string; text: string }): Buffer {
  const body = [
    ...['--b', 'Content-Type: text/plain; charset=utf-8', '', text],
    ...['--b', 'Content-Type: text/plain', `Content-Disposition: attachment; filename="${file}"`, '', 'hola'],
    ...['--b--', ''],
  ];
  const headers = ['Content-Type: multipart/mixed; boundary=b'];
  return writeMail({ subject, headers, text: body.join('\r\n') });
}
