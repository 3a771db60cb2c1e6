// Lets tests kill the process at a named step: SAWLOG_FAULT=seal:renamed, or seal:renamed:3 for the third time. Without it nothing happens.

const [, step, times] = /^(.+?)(?::(\d+))?$/.exec(process.env['SAWLOG_FAULT'] ?? '') ?? []
let left = Number(times ?? 1)

export function fault(name: string): void {
  // A kill that nothing can catch or flush after, as a power cut.
  if (name === step && --left === 0) process.kill(process.pid, 'SIGKILL')
}
