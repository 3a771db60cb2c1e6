// A word of memory that two threads share: the main one closes it, the sealing one waits there between slices.

export type SealGate = Int32Array<SharedArrayBuffer>

export function sealGate(): SealGate {
  return new Int32Array(new SharedArrayBuffer(4))
}

export function closeGate(gate: SealGate, closed: boolean): void {
  Atomics.store(gate, 0, closed ? 1 : 0)
  if (!closed) Atomics.notify(gate, 0)
}

/** Blocks the calling thread while the gate is closed. */
export function waitAt(gate: SealGate): void {
  while (Atomics.load(gate, 0) === 1) Atomics.wait(gate, 0, 1)
}
