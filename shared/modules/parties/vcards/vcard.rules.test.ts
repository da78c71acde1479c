import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { readVCard } from './read-vcard.rules.ts';
import { componentsOf, escaped, vCardsIn } from './vcard-lines.rules.ts';
import { writeVCard, type CardContact } from './write-vcard.rules.ts';

const read = (text: string | Uint8Array) =>
  vCardsIn(typeof text === 'string' ? Buffer.from(text) : text).map(readVCard);
const one = (...lines: readonly string[]) => read(['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n'))[0];

describe('reading vCards', () => {
  it('reads 2.1: quoted-printable over several lines, a charset, types without a name', () => {
    const card = one(
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:N=C3=BA=C3=B1ez;Mar=C3=ADa =',
      'Jos=C3=A9;;Ing.;',
      'ORG;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Compa=F1=EDa;Ventas',
      'TEL;CELL;PREF:0991234567',
      'TEL;WORK;FAX:022554433',
      'EMAIL;INTERNET:maria@example.com',
      'PHOTO;JPEG;ENCODING=BASE64:/9j/4AAQ',
      ' SkZJRg==',
      '',
    );
    expect(card).toMatchObject({
      values: {
        firstName: 'María José',
        lastName: 'Núñez',
        title: 'Ing.',
        organisationName: 'Compañía',
        phones: [
          { number: '0991234567', label: 'mobile', primary: true },
          { number: '022554433', label: 'fax' },
        ],
        emails: [{ address: 'maria@example.com' }],
      },
      company: 'Compañía',
      photo: { contentType: 'image/jpeg' },
    });
    expect(Buffer.from(card?.photo?.bytes ?? []).toString('latin1')).toContain('JFIF');
  });

  it('reads 3.0: folded lines, labels of groups, escapes, several types', () => {
    expect(
      one(
        'VERSION:3.0',
        'FN:Ana Vega',
        'N:Vega;Ana;;;',
        'item1.TEL;type=pref:+593 99 123 4567',
        'item1.X-ABLabel:_$!<Asistente>!$_',
        'TEL;TYPE="cell,voice":+593 98 765 4321',
        'EMAIL;TYPE=HOME:ana@exam',
        ' ple.com',
        'BDAY:1980-02-03T00:00:00Z',
        'CATEGORIES:VIP,Madera\\, corcho',
        'NOTE:Una línea\\ny otra\\; con signos',
        'ADR;TYPE=WORK:;;Av. Amazonas 1;Quito;Pichincha;170150;Ecuador',
        'UID:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      ),
    ).toEqual({
      values: {
        firstName: 'Ana',
        lastName: 'Vega',
        phones: [
          { number: '+593 99 123 4567', label: 'asistente', primary: true },
          { number: '+593 98 765 4321', label: 'mobile' },
        ],
        emails: [{ address: 'ana@example.com', label: 'home' }],
        birthday: '1980-02-03',
        tags: ['VIP', 'Madera, corcho'],
        description: 'Una línea\ny otra; con signos\nAv. Amazonas 1, Quito, Pichincha, 170150, Ecuador',
      },
      uid: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    });
  });

  it('reads 4.0: URIs, preferences, organisations', () => {
    expect(
      one(
        'VERSION:4.0',
        'KIND:org',
        'FN:Molinos',
        'ORG:Molinos del Valle',
        'TEL;VALUE=uri;PREF=1;TYPE=work:tel:+593-2-255-4433;ext=12',
        'LANG:es-EC',
        'PHOTO:data:image/png;base64,iVBORw==',
      ),
    ).toMatchObject({
      values: {
        type: 'ORGANISATION',
        organisationName: 'Molinos del Valle',
        phones: [{ number: '+593-2-255-4433', label: 'work', primary: true }],
        language: 'es-EC',
      },
      photo: { contentType: 'image/png' },
    });
  });

  it('reads several cards, whatever ends their lines, in the letters of old phones, and leaves junk alone', () => {
    const text = 'junk\nBEGIN:VCARD\nN:Peña;Íñigo\nEND:VCARD\nBEGIN:VCARD\rFN:Solo\rEND:VCARD\rBEGIN:VCARD\n';
    expect(read(Buffer.from(text, 'latin1')).map(({ values }) => values)).toEqual([
      { firstName: 'Íñigo', lastName: 'Peña' },
      { firstName: 'Solo' },
    ]);
    expect(read(Buffer.from('\uFEFFBEGIN:VCARD\r\nFN:Ñandú\r\nEND:VCARD', 'utf16le'))).toHaveLength(1);
    expect(read('')).toEqual([]);
  });

  it('takes components apart at signs that are not escaped', () => {
    expect(componentsOf('a;b\\;c;;d')).toEqual(['a', 'b;c', '', 'd']);
    expect(componentsOf(';;')).toEqual(['', '', '']);
  });
});

const contact: CardContact = {
  id: 'con_1',
  updatedAt: '2026-11-22T15:00:00.000Z',
  type: 'PERSON',
  name: 'María Núñez',
  firstName: 'María',
  lastName: 'Núñez',
  jobTitle: 'Gerente, ventas',
  phones: [{ number: '+593991234567', label: 'mobile', primary: true }],
  emails: [{ address: 'maria@example.com', primary: true }],
  birthday: '1980-02-03',
  language: 'es',
  tags: ['VIP'],
  description: 'a\nb',
};

describe('writing vCards', () => {
  it('writes 3.0', () => {
    expect(writeVCard(contact, 'V3', 'Molinos').split('\r\n')).toEqual([
      'BEGIN:VCARD',
      'VERSION:3.0',
      'FN:María Núñez',
      'N:Núñez;María;;;',
      'ORG:Molinos',
      'TITLE:Gerente\\, ventas',
      'TEL;TYPE=CELL,VOICE,PREF:+593991234567',
      'EMAIL;TYPE=INTERNET,PREF:maria@example.com',
      'BDAY:1980-02-03',
      'CATEGORIES:VIP',
      'NOTE:a\\nb',
      'UID:con_1',
      'REV:20261122T150000Z',
      'END:VCARD',
      '',
    ]);
  });

  it('writes 4.0', () => {
    const lines = writeVCard(contact, 'V4').split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'VERSION:4.0',
        'KIND:individual',
        'TEL;VALUE=uri;TYPE=cell;PREF=1:tel:+593991234567',
        'EMAIL;PREF=1:maria@example.com',
        'BDAY:19800203',
        'LANG:es',
      ]),
    );
  });

  it.each(['V3', 'V4'] as const)('is read again as it was written, whatever it says (%s)', (version) => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 90 })
      .map((text) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(words, words, words, (firstName, lastName, description) => {
        const made = { ...contact, firstName, lastName, name: `${firstName} ${lastName}`, description };
        const values = read(writeVCard(made, version))[0]?.values;
        expect(values).toMatchObject({ firstName, lastName, description });
        expect(
          writeVCard(made, version)
            .split('\r\n')
            .every((line) => Buffer.byteLength(line) <= 75),
        ).toBe(true);
      }),
    );
    expect(escaped('a;b,c\\\n')).toBe('a\\;b\\,c\\\\\\n');
  });
});
