/**
 * The data converter that every client and worker of Longhaul shares: payloads over 64 KiB are compressed, and none
 * over 256 KiB is sent, since a server answers an oversize one by terminating the workflow or by retrying for ever.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ApplicationFailure, type DataConverter, type Payload, type PayloadCodec } from '@temporalio/common';

const COMPRESS_FROM_BYTES = 64 * 1024;
const LIMIT_BYTES = 256 * 1024;

const GZIP = 'binary/gzip';
/** The metadata key that keeps the encoding of what was compressed. */
const INNER = 'longhaul-encoding';

async function encode(payload: Payload): Promise<Payload> {
  const data = payload.data ?? new Uint8Array();
  if (data.length <= COMPRESS_FROM_BYTES) return payload;
  const compressed = await promisify(gzip)(data);
  if (compressed.length > LIMIT_BYTES) {
    throw ApplicationFailure.nonRetryable(
      `a payload of ${data.length} bytes has ${compressed.length} after compression; at most ${LIMIT_BYTES} may pass through Temporal: what is bigger belongs into an artifact file`,
      'payload/too-large',
    );
  }
  const { encoding, ...metadata } = payload.metadata ?? {};
  return {
    metadata: {
      ...metadata,
      encoding: Buffer.from(GZIP),
      ...(encoding == null ? {} : { [INNER]: encoding }),
    },
    data: compressed,
  };
}

async function decode(payload: Payload): Promise<Payload> {
  const { encoding, [INNER]: inner, ...metadata } = payload.metadata ?? {};
  if (encoding == null || Buffer.from(encoding).toString() !== GZIP) return payload;
  return {
    metadata: { ...metadata, ...(inner == null ? {} : { encoding: inner }) },
    data: await promisify(gunzip)(payload.data ?? new Uint8Array()),
  };
}

const compression: PayloadCodec = {
  encode: (payloads) => Promise.all(payloads.map(encode)),
  decode: (payloads) => Promise.all(payloads.map(decode)),
};

export const dataConverter: DataConverter = { payloadCodecs: [compression] };
