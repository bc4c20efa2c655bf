/** What grows with a campaign, watched while it runs: the largest payload that leaves this process, and its memory. */
import type { DataConverter, PayloadCodec } from '@temporalio/common';

/** In bytes, as it is sent: after compression. */
export interface Largest {
  bytes: number;
}

/** As the given one, and keeps the size of the largest payload. */
export function watchPayloads(converter: DataConverter): { converter: DataConverter; largest: Largest } {
  const largest: Largest = { bytes: 0 };
  const watched = (codec: PayloadCodec): PayloadCodec => ({
    decode: (payloads) => codec.decode(payloads),
    encode: async (payloads) => {
      const encoded = await codec.encode(payloads);
      for (const { data } of encoded) largest.bytes = Math.max(largest.bytes, data?.length ?? 0);
      return encoded;
    },
  });
  const payloadCodecs = (converter.payloadCodecs ?? []).map(watched);
  return { converter: { ...converter, payloadCodecs }, largest };
}

const LOOK_MS = 500;
const MIB = 1024 * 1024;

/** Runs the work. @returns what it gave, and the most resident memory meanwhile, in MiB. */
export async function watchMemory<T>(work: () => Promise<T>): Promise<{ result: T; peakMiB: number }> {
  let peak = 0;
  const look = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  look();
  const timer = setInterval(look, LOOK_MS);
  try {
    const result = await work();
    look();
    return { result, peakMiB: peak / MIB };
  } finally {
    clearInterval(timer);
  }
}
