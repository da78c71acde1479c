// What API Gateway says of a request, as public pages know it.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { PageRequest } from '#kernel';

/** The request that an event speaks of. */
export const requestOf = (event: APIGatewayProxyEventV2): PageRequest => ({
  method: event.requestContext.http.method === 'POST' ? 'POST' : 'GET',
  path: event.rawPath,
  query: Object.fromEntries(
    Object.entries(event.queryStringParameters ?? {}).map(([name, value]) => [name, value ?? '']),
  ),
  headers: Object.fromEntries(Object.entries(event.headers).map(([name, value]) => [name, value ?? ''])),
  body: bodyOf(event),
  ip: event.requestContext.http.sourceIp,
});

/** Forms with files come byte for byte, one character each; all others are text. */
const bodyOf = ({ body = '', isBase64Encoded, headers }: APIGatewayProxyEventV2): string => {
  if (!isBase64Encoded && !isMultipart(headers)) return body;
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString(isMultipart(headers) ? 'latin1' : 'utf8');
};

const isMultipart = (headers: APIGatewayProxyEventV2['headers']): boolean =>
  headers['content-type']?.startsWith('multipart/form-data') === true;
