/** An answer that comes in parts, each with its length before it: a landscape as it is drawn, a sweep as it is trained. */
const LENGTH_BYTES = 4;

/** The parts of a stream, as soon as they are whole. */
export async function* partsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ArrayBuffer> {
  const reader = stream.getReader();
  let got = new Uint8Array();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    got = joined(got, value);
    for (let end = endOf(got); end <= got.length; end = endOf(got)) {
      yield got.slice(LENGTH_BYTES, end).buffer;
      got = got.slice(end);
    }
  }
}

/** Where the first part ends; Infinity while that is not known. */
function endOf(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) return Infinity;
  return LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}
