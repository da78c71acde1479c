// One signed call to Systems Manager. Its client would be one more package for two requests in the life of a stage, so
// the SES client, which the deploy needs anyway, lends credentials, region and hash.
import { SESClient } from '@aws-sdk/client-ses';
import { SignatureV4 } from '@smithy/signature-v4';

/** What Systems Manager refused; `code` is its name for the reason. */
export class SsmError extends Error {
  override readonly name = 'SsmError';
  readonly code: string;
  constructor(code: string) {
    super(`Systems Manager answered ${code}`);
    this.code = code;
  }
}

/** Calls an action of Systems Manager. @throws SsmError */
export const callSsm = async (action: string, input: Readonly<Record<string, unknown>>): Promise<void> => {
  const { credentials, region, sha256 } = new SESClient({}).config;
  const endpoint = new URL(process.env['AWS_ENDPOINT_URL_SSM'] ?? `https://ssm.${await region()}.amazonaws.com`);
  const signer = new SignatureV4({ service: 'ssm', credentials, region, sha256 });
  const { method, headers, body } = await signer.sign({
    method: 'POST',
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path: '/',
    headers: {
      host: endpoint.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonSSM.${action}`,
    },
    body: JSON.stringify(input),
  });
  const response = await fetch(endpoint, { method, headers, body: body as string });
  if (!response.ok) throw new SsmError(codeOf(await response.text()));
};

/** `{"__type": "com.amazonaws.ssm#ParameterAlreadyExists"}` -> `ParameterAlreadyExists`. */
const codeOf = (text: string): string => /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ?? text;
