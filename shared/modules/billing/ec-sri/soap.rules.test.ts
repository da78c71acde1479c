import { describe, expect, it } from '@jest/globals';
import { afterAuthorisation, afterReception, afterSilence, pollAfter, sendAfter } from './electronic-states.rules.ts';
import { NoSriAnswer, readAuthorisation, readReception, receptionRequest } from './soap.rules.ts';

const soap = (body: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;
const message = (code: string, type = 'ERROR') =>
  `<mensaje><identificador>${code}</identificador><mensaje>M${code}</mensaje><informacionAdicional>más</informacionAdicional><tipo>${type}</tipo></mensaje>`;
const reception = (state: string, messages = '') =>
  soap(
    `<ns2:validarComprobanteResponse xmlns:ns2="http://ec.gob.sri.ws.recepcion"><RespuestaRecepcionComprobante><estado>${state}</estado>` +
      `<comprobantes><comprobante><claveAcceso>1</claveAcceso><mensajes>${messages}</mensajes></comprobante></comprobantes>` +
      '</RespuestaRecepcionComprobante></ns2:validarComprobanteResponse>',
  );
const authorisation = (inner: string) =>
  soap(
    '<ns2:autorizacionComprobanteResponse xmlns:ns2="http://ec.gob.sri.ws.autorizacion"><RespuestaAutorizacionComprobante>' +
      `<claveAccesoConsultada>1</claveAccesoConsultada><numeroComprobantes>1</numeroComprobantes>${inner}` +
      '</RespuestaAutorizacionComprobante></ns2:autorizacionComprobanteResponse>',
  );

describe('handing a document in', () => {
  it('sends its bytes in base64', () => {
    expect(receptionRequest('ñ')).toContain('<ec:validarComprobante><xml>w7E=</xml></ec:validarComprobante>');
  });

  it.each([
    ['is taken', reception('RECIBIDA'), { state: 'RECEIVED', afterSeconds: 3 }],
    ['is known already (43)', reception('DEVUELTA', message('43')), { state: 'RECEIVED', afterSeconds: 3 }],
    ['is in process (70)', reception('DEVUELTA', message('70')), { state: 'RECEIVED', afterSeconds: 3 }],
    ['meets an error of the SRI (50)', reception('DEVUELTA', message('50')), { state: 'SIGNED', afterSeconds: 30 }],
    ['is wrong (35)', reception('DEVUELTA', message('35')), { state: 'NEEDS_ATTENTION' }],
    [
      'is wrong besides (43 and 45)',
      reception('DEVUELTA', message('43') + message('45')),
      { state: 'NEEDS_ATTENTION' },
    ],
    [
      'comes with a warning (60)',
      reception('DEVUELTA', message('70') + message('60', 'ADVERTENCIA')),
      { state: 'RECEIVED', afterSeconds: 3 },
    ],
  ])('%s', (_, body, next) => {
    expect(afterReception(readReception(body), 0)).toEqual(next);
  });

  it('reads one message as well as several', () => {
    expect(readReception(reception('DEVUELTA', message('35'))).messages).toEqual([
      { code: '35', text: 'M35', more: 'más', type: 'ERROR' },
    ]);
    expect(readReception(reception('DEVUELTA', message('35') + message('52'))).messages).toHaveLength(2);
  });

  it.each([
    ['a fault', soap('<soap:Fault><faultstring>x</faultstring></soap:Fault>')],
    ['a page of a proxy', '<html><body>502</body></html>'],
    ['no XML', 'oops <'],
    ['nothing', ''],
  ])('says nothing about the document when %s comes back', (_, body) => {
    expect(() => readReception(body)).toThrow(NoSriAnswer);
    expect(() => readAuthorisation(body)).toThrow(NoSriAnswer);
  });
});

describe('asking for a decision', () => {
  it('takes an empty list for none yet', () => {
    expect(readAuthorisation(authorisation('<autorizaciones/>')).state).toBe('PENDING');
    expect(readAuthorisation(authorisation('')).state).toBe('PENDING');
  });

  it('keeps number, moment and document of an authorised one, even behind a refusal', () => {
    const refused = `<autorizacion><estado>NO AUTORIZADO</estado><mensajes>${message('39')}</mensajes></autorizacion>`;
    const granted =
      '<autorizacion><estado>AUTORIZADO</estado><numeroAutorizacion>123</numeroAutorizacion><fechaAutorizacion>2026-11-21T10:00:05-05:00' +
      '</fechaAutorizacion><ambiente>PRUEBAS</ambiente><comprobante><![CDATA[<factura id="comprobante">ñ</factura>]]></comprobante></autorizacion>';
    expect(readAuthorisation(authorisation(`<autorizaciones>${granted}${refused}</autorizaciones>`))).toEqual({
      state: 'AUTHORIZED',
      number: '123',
      at: '2026-11-21T15:00:05.000Z',
      messages: [],
      document: '<factura id="comprobante">ñ</factura>',
    });
    expect(readAuthorisation(authorisation(`<autorizaciones>${refused}</autorizaciones>`))).toMatchObject({
      state: 'NOT_AUTHORIZED',
      messages: [{ code: '39' }],
    });
  });

  it('takes an authorisation without its moment for no answer', () => {
    const granted =
      '<autorizacion><estado>AUTORIZADO</estado><numeroAutorizacion>1</numeroAutorizacion></autorizacion>';
    expect(() => readAuthorisation(authorisation(`<autorizaciones>${granted}</autorizaciones>`))).toThrow(NoSriAnswer);
  });

  it.each(['EN PROCESO', 'EN PROCESAMIENTO', 'PPR'])('waits while it is %s', (state) => {
    const pending = readAuthorisation(
      authorisation(`<autorizaciones><autorizacion><estado>${state}</estado></autorizacion></autorizaciones>`),
    );
    expect(afterAuthorisation(pending, 0, 0)).toEqual({ state: 'RECEIVED', afterSeconds: 10 });
    expect(afterAuthorisation(pending, 9, 86_400)).toEqual({ state: 'NEEDS_ATTENTION' });
  });

  it('is tried less and less often', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map(pollAfter)).toEqual([3, 10, 30, 60, 120, 600, 600]);
    expect([0, 1, 2, 5, 50].map(sendAfter)).toEqual([30, 60, 120, 900, 900]);
    expect(afterSilence('SIGNED', 1, 90_000)).toEqual({ state: 'SIGNED', afterSeconds: 60 });
    expect(afterSilence('RECEIVED', 1, 20)).toEqual({ state: 'RECEIVED', afterSeconds: 30 });
    expect(afterSilence('RECEIVED', 9, 86_400)).toEqual({ state: 'NEEDS_ATTENTION' });
  });
});
