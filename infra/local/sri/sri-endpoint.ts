// The two offline web services of the SRI as their WSDLs describe them: SOAP 1.1, document/literal, inner elements unqualified.
import type { ServerResponse } from 'node:http';
import { readBody, urlOf, type Answer } from '../listen.ts';
import { escapeXml, textsOf } from '../xml.ts';
import type { Finding } from './sri-checks.ts';
import type { Outcome, SriDouble } from './sri-double.ts';

/** Base64 of the largest document, and its envelope. */
const bodyLimit = 1024 * 1024;
const services = '/comprobantes-electronicos-ws/';

/** Serves `RecepcionComprobantesOffline` and `AutorizacionComprobantesOffline` under `base`. */
export function sriEndpoint(sri: SriDouble, base: string): Answer {
  const calls: Readonly<Record<string, (body: string) => Promise<readonly [Outcome, (outcome: Outcome) => string]>>> = {
    [`${base}${services}RecepcionComprobantesOffline`]: async (body) => {
      const [xml = ''] = textsOf('xml', body);
      return [await sri.receive(Buffer.from(xml, 'base64').toString('utf8')), received];
    },
    [`${base}${services}AutorizacionComprobantesOffline`]: async (body) => {
      const [key = ''] = textsOf('claveAccesoComprobante', body);
      return [await sri.decide(key), decided(key)];
    },
  };
  return async (request, response) => {
    const call = calls[urlOf(request).pathname];
    const body = (await readBody(request, bodyLimit)).toString();
    if (!call || request.method !== 'POST') return void response.writeHead(404).end('There is no such service.');
    const [outcome, say] = await call(body);
    if (outcome.state === 'HANG_UP') return void response.destroy();
    if (outcome.state === 'DOWN') return void response.writeHead(503).end('<html><body>503</body></html>');
    if (outcome.state === 'FAULT') return answerSoap(response, 500, fault);
    answerSoap(response, 200, say(outcome));
  };
}

const answerSoap = (response: ServerResponse, status: number, body: string): void => {
  const envelope = `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' }).end(envelope);
};

const fault = '<soap:Fault><faultcode>soap:Server</faultcode><faultstring>Error interno</faultstring></soap:Fault>';

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const message = ({ code, text, more }: Finding, type: string): string =>
  element(
    'mensaje',
    element('identificador', escapeXml(code)) +
      element('mensaje', escapeXml(text)) +
      (more === undefined ? '' : element('informacionAdicional', escapeXml(more))) +
      element('tipo', type),
  );

const received = (outcome: Outcome): string => {
  const said =
    outcome.state === 'RETURNED'
      ? element(
          'comprobante',
          element('claveAcceso', outcome.key) + element('mensajes', message(outcome.finding, 'ERROR')),
        )
      : '';
  const state = outcome.state === 'RETURNED' ? 'DEVUELTA' : 'RECIBIDA';
  const answer = element('RespuestaRecepcionComprobante', element('estado', state) + element('comprobantes', said));
  return `<ns2:validarComprobanteResponse xmlns:ns2="http://ec.gob.sri.ws.recepcion">${answer}</ns2:validarComprobanteResponse>`;
};

const decided =
  (key: string) =>
  (outcome: Outcome): string => {
    const found = decisionOf(outcome);
    const answer = element(
      'RespuestaAutorizacionComprobante',
      element('claveAccesoConsultada', escapeXml(key)) +
        element('numeroComprobantes', found === '' ? '0' : '1') +
        element('autorizaciones', found),
    );
    return `<ns2:autorizacionComprobanteResponse xmlns:ns2="http://ec.gob.sri.ws.autorizacion">${answer}</ns2:autorizacionComprobanteResponse>`;
  };

const decisionOf = (outcome: Outcome): string => {
  switch (outcome.state) {
    case 'AUTHORISED':
      return element('autorizacion', authorised(outcome));
    case 'REFUSED':
      return element(
        'autorizacion',
        element('estado', 'NO AUTORIZADO') + element('mensajes', message(outcome.finding, 'ERROR')),
      );
    case 'PENDING':
      return element('autorizacion', element('estado', 'EN PROCESAMIENTO'));
    default:
      return '';
  }
};

const testing: Finding = { code: '60', text: 'ESTE PROCESO FUE REALIZADO EN EL AMBIENTE DE PRUEBAS' };

const authorised = ({ key, at, xml }: Extract<Outcome, { state: 'AUTHORISED' }>): string => {
  const isTest = key[23] === '1';
  return [
    element('estado', 'AUTORIZADO'),
    element('numeroAutorizacion', key),
    element('fechaAutorizacion', inEcuador(at)),
    element('ambiente', isTest ? 'PRUEBAS' : 'PRODUCCION'),
    element('comprobante', `<![CDATA[${xml}]]>`),
    element('mensajes', isTest ? message(testing, 'INFORMATIVO') : ''),
  ].join('');
};

/** Five hours behind UTC, all the year. */
const inEcuador = (at: string): string => new Date(Date.parse(at) - 5 * 3_600_000).toISOString().replace('Z', '-05:00');
