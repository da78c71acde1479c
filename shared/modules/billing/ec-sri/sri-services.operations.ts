import type { Web } from '#kernel';
import type { Environment } from './codes.rules.ts';
import type { Authorisation, Reception } from './soap.rules.ts';

const hosts: Readonly<Record<Environment, string>> = {
  TEST: 'https://celcer.sri.gob.ec',
  PRODUCTION: 'https://cel.sri.gob.ec',
};

const call = async (web: Web, environment: Environment, service: string, body: string): Promise<string> => {
  const url = `${hosts[environment]}/comprobantes-electronicos-ws/${service}ComprobantesOffline`;
  const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' };
  return (await web.fetch(url, { method: 'POST', headers, body })).text();
};

/** Hands a signed document in. @throws whatever kept the SRI from answering */
export const handIn = async (web: Web, environment: Environment, signed: string): Promise<Reception> => {
  const { readReception, receptionRequest } = await soap();
  return readReception(await call(web, environment, 'Recepcion', receptionRequest(signed)));
};

/** Asks what was decided. @throws whatever kept the SRI from answering */
export const askDecision = async (web: Web, environment: Environment, accessKey: string): Promise<Authorisation> => {
  const { authorisationRequest, readAuthorisation } = await soap();
  return readAuthorisation(await call(web, environment, 'Autorizacion', authorisationRequest(accessKey)));
};

/** Its parser would cost every cold start a hundred milliseconds, and one function alone needs it. */
const soap = () => import('./soap.rules.ts');
