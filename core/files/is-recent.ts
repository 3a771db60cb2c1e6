// Whether a time of change is so recent that another change may still get the same one.

/** Time stamps move in steps of the kernel's tick: 4 ms at 250 Hz, 10 at 100. */
const TICK_NS = 20_000_000n

export function isRecent(changedNs: bigint): boolean {
  const age = BigInt(Date.now()) * 1_000_000n - changedNs
  return age < TICK_NS && age > -TICK_NS
}
