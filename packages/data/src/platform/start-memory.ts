/** Starting leaves tens of megabytes of garbage, which V8 keeps until much more has come: an idle process gives it back. */

const afterMs = 5_000

/** One full collection, once the start is over, where Node was started with `--expose-gc`; a pause of some 50 ms. */
export function giveBackStartMemory(): void {
  setTimeout(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), afterMs).unref()
}
