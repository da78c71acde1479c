import { describe, expect, it } from '@jest/globals';
import { plainText } from '#modules/platform/mail-out';
import { addressesIn, messageIdsIn, numbersIn, oneLine, topicOf } from './parsed-mail.rules.ts';
import { divideQuoted, forwardedSender, textWithQuotes } from './quoted-text.rules.ts';
import { readAnnouncement } from './receipt.rules.ts';
import { ruleMisses } from './routing.rules.ts';

describe('the text of a mail', () => {
  it.each([
    ['nothing quoted', 'Hola\n\nAdiós', /^Hola\n\nAdiós$/, /^$/],
    ['Gmail', 'Sí\n\nEl vie, 20 nov 2026 a las 9:00, Ana <a@b.test>\nescribió:\n> ¿Va?', /^Sí$/, /escribió:\n> ¿Va\?$/],
    ['Gmail in English', 'Yes\n\nOn Fri, Nov 20, 2026 Ana <a@b.test> wrote:\n\n> ok?', /^Yes$/, /^On Fri/],
    ['Outlook', 'Sí\n\nDe: Ana <a@b.test>\nEnviado: hoy\nPara: Rosa\nAsunto: Va\n\n¿Va?', /^Sí$/, /^De: Ana/],
    ['old Outlook', 'Ok\n-----Mensaje original-----\nDe: Ana\n\n¿Va?', /^Ok$/, /¿Va\?$/],
    ['answers between the lines', 'On Monday, Ana wrote:\n> uno?\nsí\n> dos?\nno', /^sí\nno$/, /> uno\?\n> dos\?/],
    ['nothing but a quote', '> uno\n> dos', /^> uno\n> dos$/, /^$/],
    ['what is handed on', 'Mira\n---------- Forwarded message ---------\nFrom: x@y.test\n\nHola', /Hola$/, /^$/],
    [
      'a sentence like an attribution',
      'El pedido que Ana escribió: falta',
      /^El pedido que Ana escribió: falta$/,
      /^$/,
    ],
  ])('of %s shows what its sender wrote', (_what, text, shown, quoted) => {
    const expected = { shown: expect.stringMatching(shown), quoted: expect.stringMatching(quoted) };
    expect(divideQuoted(text)).toEqual(expected);
  });

  it('of HTML alone is read in a time that grows with its length', () => {
    const html =
      '<head><title>x</title></head><!-- y --><p>Hola <a class="b" href="https://a.test">aquí</a></p><li>uno';
    expect(plainText(html)).toBe('Hola aquí: https://a.test\n\n- uno');
    const since = performance.now();
    for (const unit of [
      '<!--',
      '<style ',
      '<head>',
      '<a ',
      '<a>',
      '<a href="">',
      'href="" ',
      '<li ',
      '</td>',
      '<',
      '&a',
      ' \n',
    ])
      plainText(`<a ${unit.repeat(250_000 / unit.length)}`);
    expect(performance.now() - since).toBeLessThan(3000);
  });

  it('of HTML alone shows what its sender wrote', () => {
    const html = '<p>Sí</p><blockquote>¿Va?<blockquote>Hola</blockquote></blockquote><p>Ana</p>';
    expect(divideQuoted(textWithQuotes(html))).toMatchObject({
      shown: 'Sí\n\nAna',
      quoted: expect.stringContaining('Hola'),
    });
    expect(textWithQuotes('</blockquote>a<blockquote>b')).toMatch(/^\s*a\s[\s\S]*> b$/);
  });

  it('names whom a mail that is handed on is from', () => {
    expect(forwardedSender('Mira\n\nDe: Rosa <mailto:Rosa@Client.test>\nPara: x@y.test')).toBe('rosa@client.test');
    expect(forwardedSender('From: "Rosa" [rosa@client.test]')).toBe('rosa@client.test');
    expect(forwardedSender('Hola')).toBeUndefined();
  });
});

describe('headers', () => {
  it('are read whatever is in them', () => {
    expect(topicOf('RE: Fwd: RV: [2] Pedido   nuevo')).toBe('[2] pedido nuevo');
    expect(topicOf('Re[3]: Res: Rebaja')).toBe('rebaja');
    expect(messageIdsIn('<a@b> basura <c@d>\t<<e@f>>')).toEqual(['a@b', 'c@d', 'e@f']);
    expect(addressesIn('"A, B" <A@B.test>; c@d.test, x')).toEqual(['a@b.test', 'c@d.test']);
    expect(addressesIn(`${'a'.repeat(300_000)} mailto:d@e.test`)).toEqual(['d@e.test']);
    expect(numbersIn('Re: [#CAS-001] y [#2026/7] [#]')).toEqual(['CAS-001', '2026/7']);
    expect(oneLine('a\u0000\r\nb\u2028c \ud800', 10)).toBe('a b c \ufffd');
    expect(oneLine('😀😀', 3)).toBe('😀\ufffd');
  });
});

describe('rules', () => {
  const rule = {
    name: 'x',
    sender: 'ANYBODY',
    senderDomains: [],
    words: [],
    route: 'CASE',
    addsSender: false,
    assign: 'SENDER_OWNER',
    users: [],
  } as const;
  const mail = { sender: 'rosa@mail.client.test', isKnown: true, subject: 'Reclamación', text: 'Hola' };
  it('fit by sender, domain and words without regard to accents', () => {
    expect(ruleMisses(rule, mail)).toBeUndefined();
    expect(ruleMisses({ ...rule, sender: 'UNKNOWN' }, mail)).toMatch(/known/);
    expect(ruleMisses({ ...rule, senderDomains: ['client.test'], words: ['RECLAMACION'] }, mail)).toBeUndefined();
    expect(ruleMisses({ ...rule, senderDomains: ['lient.test'] }, mail)).toMatch(/comes from/);
    expect(ruleMisses({ ...rule, words: ['factura'] }, mail)).toMatch(/none of the words/);
  });
});

describe('announcements', () => {
  it('that announce no mail are passed over', () => {
    expect(readAnnouncement(JSON.stringify({ Message: 'Successfully validated SNS topic' }))).toBeUndefined();
    expect(
      readAnnouncement(JSON.stringify({ Message: '{"notificationType":"AmazonSnsSubscriptionSucceeded"}' })),
    ).toBeUndefined();
  });
});
