// A token issuer of the bench's own: the product and its lower bound check the same token by the same keys.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** What the product's environment says of it, and a way to sign. */
export type Issuer = {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  sign(subject: string): Promise<string>;
  close(): void;
};

const audience = 'lazo-bench';

/** Opens it on a free port of this machine. */
export const openIssuer = async (): Promise<Issuer> => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }] });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(keys);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const sign = (subject: string): Promise<string> =>
    new SignJWT({ token_use: 'access', client_id: audience })
      .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(privateKey);
  return { issuer, audience, jwksUri: `${issuer}/jwks.json`, sign, close: () => server.close() };
};
