import { defaultPayloadConverter, ApplicationFailure, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { dataConverter } from '../../src/client/codec.js';

const [codec] = dataConverter.payloadCodecs!;

function payloadOf(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

async function roundTrip(payload: Payload): Promise<{ wire: Payload; back: unknown }> {
  const [wire] = await codec!.encode([payload]);
  const [back] = await codec!.decode([wire!]);
  expect(Buffer.from(back!.data!).equals(payload.data!)).toBe(true);
  return { wire: wire!, back: defaultPayloadConverter.fromPayload(back!) };
}

test('small payloads pass as they are, so that the Temporal UI shows them', async () => {
  const payload = payloadOf({ small: 'x'.repeat(60_000) });
  expect((await roundTrip(payload)).wire).toBe(payload);
});

test('large ones are compressed and come back the same', async () => {
  const value = {
    tasks: Array.from({ length: 5_000 }, (_, index) => ({ id: `task-${index}`, state: 'waiting' })),
  };
  const { wire, back } = await roundTrip(payloadOf(value));
  expect(wire.data!.length).toBeLessThan(40_000);
  expect(back).toEqual(value);
});

test('whatever its size and encoding, a payload comes back as it went', async () => {
  const encoding = fc.constantFrom('json/plain', 'binary/plain', 'binary/gzip-not');
  const piece = fc.uint8Array({ minLength: 1, maxLength: 100 });
  await fc.assert(
    fc.asyncProperty(encoding, piece, fc.integer({ min: 0, max: 4_000 }), async (name, bytes, times) => {
      const payload: Payload = {
        metadata: { encoding: Buffer.from(name), kept: Buffer.from('as it was') },
        data: Buffer.concat(Array.from({ length: times }, () => bytes)),
      };
      const [wire] = await codec!.encode([payload]);
      const [back] = await codec!.decode([wire!]);
      expect(Buffer.from(back!.data!).equals(payload.data!)).toBe(true);
      expect(back!.metadata).toEqual(payload.metadata);
    }),
    { numRuns: 50 },
  );
});

test('one that stays over 256 KiB is refused for good, with what to do instead', async () => {
  const error: unknown = await codec!
    .encode([payloadOf(randomBytes(300_000).toString('base64'))])
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({ nonRetryable: true, type: 'payload/too-large' });
  expect((error as Error).message).toMatch(
    /^a payload of 400002 bytes has \d+ after compression; at most 262144 may pass .* artifact file$/,
  );
});
