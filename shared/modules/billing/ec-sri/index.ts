export { accessKeyOf, documentNumberOf, isAccessKey, type KeyParts } from './access-key.rules.ts';
export { readCertificate, UnusableCertificate, type SigningCertificate } from './certificate.rules.ts';
export { documentXml } from './document-xml.rules.ts';
export type { ElectronicDocument } from './electronic-document.rules.ts';
export {
  afterAuthorisation,
  afterReception,
  afterSilence,
  electronicStates,
  isLate,
} from './electronic-states.rules.ts';
export { authorisationRequest, NoSriAnswer, readAuthorisation, readReception, receptionRequest } from './soap.rules.ts';
export { signXades } from './xades.rules.ts';
