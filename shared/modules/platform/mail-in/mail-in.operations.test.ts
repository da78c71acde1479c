import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { openMailIn, stepsOf, toCase, toLead } from '#test/support/mail-in';
import { Notification } from '#modules/platform/notifications';
import { Case } from '#modules/service/cases';
import type { InboundMailRow, MailThreadRow } from './index.ts';

type Preview = { readonly mails: readonly { before: string; outcome: string; opens?: string }[] };

const mailIn = openMailIn(withTenantTable());
const { address, receive, read } = mailIn;
let domain: Domain;
let people: readonly string[];
let account: string;
let contact: string;
beforeEach(async () => {
  ({ domain, people, account, contact } = await mailIn.start());
});

const threadOf = (mail: InboundMailRow | undefined) => read<MailThreadRow>(mail?.thread);

describe('mail that comes in', () => {
  it('opens a case of a known sender and a lead of an unknown one, and continues the conversation by its references', async () => {
    const { inbox } = await address([toCase, toLead]);
    const first = await receive({ messageId: 'one@client.test', subject: 'No funciona' }, inbox);
    expect(first).toMatchObject({ outcome: 'OPENED', contact, account, isReply: false, ownerId: people[0] });
    expect(await read(first?.record)).toMatchObject({ subject: 'No funciona', account, contact, owner: people[0] });
    const told = await domain.reader().data(Notification).list({ first: 5 });
    expect(told.rows).toMatchObject([{ user: people[0], kind: 'mail.received', about: first?.id }]);
    const second = await receive(
      { subject: 'Otra cosa', headers: ['In-Reply-To: <one@client.test>'], text: 'Sigue mal\n\n> antes' },
      inbox,
    );
    expect(second).toMatchObject({
      outcome: 'REPLY',
      thread: first?.thread,
      record: first?.record,
      excerpt: 'Sigue mal',
    });
    expect(second?.body).toEqual([
      { kind: 'SHOWN', content: 'Sigue mal' },
      { kind: 'QUOTED', content: '> antes' },
    ]);
    expect(await threadOf(second)).toMatchObject({ received: 2, standing: 'WAITING', record: first?.record });
    const stranger = { from: '"Díaz, Luis" <luis@nuevo.test>', subject: 'Info' };
    const lead = await receive(stranger, inbox);
    expect(await read(lead?.record)).toMatchObject({ email: 'luis@nuevo.test', status: 'NEW' });
    const again = await receive({ ...stranger, subject: 'Otra pregunta' }, inbox);
    expect(again).toMatchObject({ outcome: 'OPENED', record: lead?.record });
  });

  it('lets a rule that cannot do its work pass the mail on, makes the sender where told, and keeps what no rule takes', async () => {
    const rules = [
      { name: 'Ghost type', route: 'CASE', recordKind: 'NONE', words: ['reclamo'] },
      {
        name: 'Deals',
        route: 'OPPORTUNITY',
        words: ['cotización'],
        addsSender: true,
        assign: 'ROUND_ROBIN',
        users: people,
      },
      { name: 'Work', route: 'ACTIVITY', words: ['reclamo'], assign: 'OWNER', owner: people[1] },
    ];
    const { inbox } = await address(rules);
    const passed = await receive({ subject: 'RECLAMO urgente' }, inbox);
    expect(stepsOf(passed as InboundMailRow, 'RULE').map(({ test, found }) => [test, found])).toEqual([
      ['Ghost type', false],
      ['Deals', false],
      ['Work', true],
    ]);
    expect(stepsOf(passed as InboundMailRow, 'RULE')[0]?.detail).toContain('TYPE_NOT_FOUND');
    expect(await read(passed?.record)).toMatchObject({ subject: 'RECLAMO urgente', owner: people[1], account });
    const owners: unknown[] = [];
    for (const name of ['uno', 'dos', 'tres']) {
      const mail = await receive({ from: `${name}@nuevo.test`, subject: 'Cotizacion' }, inbox);
      expect(mail?.account).toBeDefined();
      const deal = await read<AnyRow>(mail?.record);
      expect(deal).toMatchObject({ account: mail?.account, contact: mail?.contact });
      owners.push(deal['owner']);
    }
    expect(owners).toEqual([people[0], people[1], people[0]]);
    const inside = await receive({ from: 'ben@example.com', subject: 'Cotización interna' }, inbox);
    expect(inside).toMatchObject({ outcome: 'KEPT', direction: 'OUTBOUND' });
    const kept = await receive({ subject: 'Hola' }, inbox);
    expect(kept).toMatchObject({ outcome: 'KEPT', ownerId: people[0] });
    expect(kept?.record).toBeUndefined();
    const more = await receive({ subject: 'Re: Hola', text: 'Sigo aquí' }, inbox);
    expect(more).toMatchObject({ outcome: 'REPLY', thread: kept?.thread, ownerId: people[0] });
    expect(await failure(address([{ name: 'x', route: 'NOWHERE' }]))).toBe('RULE_INVALID');
  });
});

describe('changed rules', () => {
  it('are tried on mail that is here, then applied once', async () => {
    const { id, inbox, version } = await address([]);
    const first = await receive({ messageId: 'a@client.test', subject: 'Uno' }, inbox);
    domain.clock.set('2026-11-22T15:01:00.000Z');
    const second = await receive({ subject: 'Re: Uno', headers: ['In-Reply-To: <a@client.test>'] }, inbox);
    domain.clock.set('2026-11-22T15:02:00.000Z');
    await receive({ from: 'x@y.test', subject: 'Dos' }, inbox);
    const preview = await domain.run<Preview>('previewMailRules', { address: id, rules: [toCase] });
    expect(preview.mails.map(({ before, outcome, opens }) => [before, outcome, opens])).toEqual([
      ['KEPT', 'OPENED', 'cas'],
      ['REPLY', 'REPLY', 'cas'],
      ['KEPT', 'KEPT', undefined],
    ]);
    expect((await domain.reader().data(Case).list({ first: 5 })).rows).toEqual([]);
    await domain.run('updateMailAddress', { id, version, rules: [toCase] });
    for (const expected of [{ updated: 2, unchanged: 1 }, { unchanged: 1 }]) {
      const job = await domain.run<AnyRow>('rerunMailRules', { address: id });
      await domain.settle();
      await workOff(domain);
      expect((await read<AnyRow>(job.id))['counts']).toMatchObject(expected);
    }
    const [one, two] = [await read<InboundMailRow>(first?.id), await read<InboundMailRow>(second?.id)];
    expect(one).toMatchObject({ outcome: 'OPENED', rulesVersion: 2 });
    expect(two).toMatchObject({ outcome: 'REPLY', record: one.record });
    const explained = await domain.run<{ isCurrent: boolean; decisions: readonly object[] }>('explainMail', {
      id: one.id,
    });
    expect(explained).toMatchObject({ isCurrent: true });
    expect(explained.decisions).toContainEqual(expect.objectContaining({ step: 'ROUTE', test: 'CASE', found: true }));
  });
});
