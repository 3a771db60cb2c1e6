// The most memory a process ever held.
import { readFileSync } from 'node:fs'

/** MiB, from the kernel's high-water mark of the resident set. */
export function peakMemory(pid: number): number {
  const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (match === null) throw new Error(`no VmHWM of process ${pid}`)
  return Number(match[1]) / 1024
}
