// A telephone exchange for trying things out: it takes the calls that it is asked to make, and has a recording of silence. What it
// would tell, `curl` tells in its place (docs/telephony.md).
import { answerJson, readBody, urlOf, type Answer } from '../listen.ts';

/** A call that it was asked to make. */
export type AskedCall = { readonly call: string; readonly to: string; readonly extension: string };

const bodyLimit = 4096;
/** Of the last calls it remembers so many, until the cloud ends. */
const remembered = 100;

/** Serves `POST <path>/calls`, `GET <path>/calls` and `GET <path>/recordings/<any>.wav`. */
export function pbxEndpoint(path: string): Answer {
  const asked: AskedCall[] = [];
  return async (request, response) => {
    const place = `${request.method ?? ''} ${urlOf(request).pathname.slice(path.length)}`;
    if (place === 'POST /calls') {
      asked.unshift(JSON.parse((await readBody(request, bodyLimit)).toString()) as AskedCall);
      asked.splice(remembered);
      answerJson(response, 202, { taken: true });
    } else if (place === 'GET /calls') answerJson(response, 200, asked);
    else if (/^GET \/recordings\/[\w.-]+\.wav$/.test(place))
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(silence());
    else answerJson(response, 404, { error: 'There is no such thing at this exchange.' });
  };
}

const samplesPerSecond = 8000;

/** A second of nothing as a WAV file: one channel, 8 bits, in which 128 is silence. */
const silence = (): Buffer => {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samplesPerSecond, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(samplesPerSecond, 24);
  header.writeUInt32LE(samplesPerSecond, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samplesPerSecond, 40);
  return Buffer.concat([header, Buffer.alloc(samplesPerSecond, 128)]);
};
