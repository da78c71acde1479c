import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { authorisationRequest, readAuthorisation, readReception, receptionRequest } from '#modules/billing/ec-sri';
import { openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import { openSriDouble, type SriDouble } from './sri-double.ts';
import { sriEndpoint } from './sri-endpoint.ts';

const key = '2211202601179900001200110010010000001231234567818';
const withDigit = (digits: string): string => {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * ((index % 6) + 2), 0);
  return digits + String({ 11: 0, 10: 1 }[11 - (sum % 11)] ?? 11 - (sum % 11));
};
const good = withDigit(key.slice(0, 48));
const invoice = ({
  claveAcceso = good,
  day = '22/11/2026',
  total = '11.50',
  signature = '<Signature/>',
  more = '',
} = {}) =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<factura id="comprobante" version="1.1.0"><infoTributaria><ambiente>1</ambiente>' +
  '<razonSocial>E</razonSocial><ruc>1799000012001</ruc>' +
  `<claveAcceso>${claveAcceso}</claveAcceso><codDoc>01</codDoc><estab>001</estab><ptoEmi>001</ptoEmi>` +
  '<secuencial>000000123</secuencial><dirMatriz>Quito</dirMatriz></infoTributaria>' +
  `<infoFactura><fechaEmision>${day}</fechaEmision><tipoIdentificacionComprador>05</tipoIdentificacionComprador>` +
  '<razonSocialComprador>P</razonSocialComprador><identificacionComprador>1700000019</identificacionComprador>' +
  '<totalSinImpuestos>10.00</totalSinImpuestos><totalDescuento>0.00</totalDescuento><totalConImpuestos><totalImpuesto>' +
  '<valor>1.50</valor></totalImpuesto></totalConImpuestos>' +
  `<importeTotal>${total}</importeTotal></infoFactura><detalles><detalle><descripcion>ñ &amp; ]]&gt;${more}</descripcion>` +
  `<precioTotalSinImpuesto>10.00</precioTotalSinImpuesto></detalle></detalles>${signature}</factura>`;

let trial: TrialStore;
let sri: SriDouble;
let base = '';
let stop: () => Promise<void>;
beforeEach(async () => {
  trial = openTrialStore();
  await trial.clock.moveTo(Date.parse('2026-11-22T15:00:00Z'));
  sri = openSriDouble(trial.store, trial.clock);
  const listener = await serveTrial(sriEndpoint(sri, '/sri'));
  base = `${listener.url}/sri/comprobantes-electronicos-ws`;
  stop = () => listener.close();
});
afterEach(async () => {
  await stop();
  trial.remove();
});

const post = async (service: string, body: string): Promise<string> => {
  const answer = await fetch(`${base}/${service}`, { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
  return answer.text();
};
const handIn = async (xml: string) => readReception(await post('RecepcionComprobantesOffline', receptionRequest(xml)));
const ask = async (of = good) =>
  readAuthorisation(await post('AutorizacionComprobantesOffline', authorisationRequest(of)));
const codesOf = ({ messages }: { readonly messages: readonly { readonly code: string }[] }) =>
  messages.map(({ code }) => code);

describe('the SRI of the local cloud', () => {
  it('takes a document and authorises it with the bytes that it got', async () => {
    expect(await ask()).toMatchObject({ state: 'PENDING' });
    expect(await handIn(invoice())).toEqual({ state: 'RECEIVED', messages: [] });
    const decided = await ask();
    expect(decided).toMatchObject({ state: 'AUTHORIZED', number: good, document: invoice() });
    expect(codesOf(decided)).toEqual(['60']);
    expect(await ask()).toEqual(decided);
  });

  it('knows what it has (43), and a number that another document has (45)', async () => {
    await handIn(invoice());
    expect(codesOf(await handIn(invoice()))).toEqual(['43']);
    const other = withDigit(`${good.slice(0, 39)}876543211`);
    expect(codesOf(await handIn(invoice({ claveAcceso: other })))).toEqual(['45']);
    expect(sri.documents()).toMatchObject([{ key: good, times: 2 }]);
  });

  it.each([
    ['35', 'no document'],
    ['35', invoice().replace('<ruc>1799000012001</ruc>', '')],
    ['80', invoice({ claveAcceso: `${good.slice(0, 48)}${String((Number(good[48]) + 1) % 10)}` })],
    ['67', invoice({ day: '31/02/20xx' })],
    ['65', invoice({ day: '22/06/2026' })],
    ['65', invoice({ day: '25/12/2026' })],
  ])('sends back with %s what it does not take', async (code, xml) => {
    expect(await handIn(xml)).toMatchObject({ state: 'RETURNED', messages: [{ code }] });
    expect(sri.documents()).toEqual([]);
  });

  it.each([
    ['39', invoice({ signature: '' })],
    ['52', invoice({ total: '11.51' })],
    ['58', invoice({ day: '21/11/2026' })],
    ['58', invoice().replace('<ptoEmi>001', '<ptoEmi>002')],
  ])('refuses with %s what is wrong, and takes it again when it is right', async (code, xml) => {
    expect(await handIn(xml)).toMatchObject({ state: 'RECEIVED' });
    expect(await ask()).toMatchObject({ state: 'NOT_AUTHORIZED', messages: [{ code }] });
    expect(await handIn(invoice())).toMatchObject({ state: 'RECEIVED' });
    expect(await ask()).toMatchObject({ state: 'AUTHORIZED' });
  });

  it('fails as it is told, call by call', async () => {
    sri.expect({
      reception: ['DOWN', 'FAULT', 'HANG_UP', '70', '35'],
      authorisation: ['EMPTY', 'PENDING', 'DOWN', '39'],
    });
    await expect(handIn(invoice())).rejects.toMatchObject({ name: 'NoSriAnswer' });
    await expect(handIn(invoice())).rejects.toMatchObject({ name: 'NoSriAnswer' });
    await expect(handIn(invoice())).rejects.toThrow('fetch failed');
    expect(sri.documents()).toMatchObject([{ key: good, times: 1 }]);
    expect(codesOf(await handIn(invoice()))).toEqual(['70']);
    expect(codesOf(await handIn(invoice()))).toEqual(['35']);
    expect([(await ask()).state, (await ask()).state]).toEqual(['PENDING', 'PENDING']);
    await expect(ask()).rejects.toMatchObject({ name: 'NoSriAnswer' });
    expect(await ask()).toMatchObject({ state: 'NOT_AUTHORIZED', messages: [{ code: '39' }] });
  });

  it('serves nothing else', async () => {
    expect((await fetch(`${base}/Otra`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${base}/RecepcionComprobantesOffline`)).status).toBe(404);
  });
});
