// HTTP -> public pages by signed link.
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { PageAnswer } from '#kernel';
import { requestOf } from './page-request.ts';
import { openRuntime } from './runtime.ts';
import { servePage } from './serve-page.ts';

/** Answers pages that need no account (`/p/<purpose>/<token>`, feeds as `/ical/<token>.ics`, calls as `/hooks/<letter>/<token>`); what they may do, their link says. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) => {
  const path = event.rawPath.replace(/^\/ical\/(.+)\.ics$/, '/p/ical/$1').replace(/^\/hooks\/([a-z])\//, '/p/hook-$1/');
  const [, purpose = '', token = ''] = path.replace(/^\//, '').split('/');
  return resultOf(await servePage(openRuntime(), purpose, token, requestOf(event)));
});

/** Pages are never cached, framed, or told where the visitor goes next: their address is a key. */
const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const resultOf = ({ status, contentType, body, headers }: PageAnswer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { ...pageHeaders, 'content-type': contentType, ...headers },
  body: typeof body === 'string' ? body : Buffer.from(body).toString('base64'),
  isBase64Encoded: typeof body !== 'string',
});
