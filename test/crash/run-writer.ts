// Runs the process that writes numbered lines into a file and rotates it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const WRITER = fileURLToPath(new URL('file-writer.mjs', import.meta.url))

/** Resolves with the number of rotations, once all lines are written. */
export async function runWriter(path: string, rotation: 'rename' | 'copytruncate', lines: number, durationMs: number, seed: number): Promise<number> {
  const perSecond = Math.ceil((lines * 1000) / durationMs)
  const child = spawn(process.execPath, [WRITER, path, rotation, String(lines), String(perSecond), String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const [code] = (await once(child, 'close')) as [number | null]
  const { written, rotations } = (code === 0 ? JSON.parse(text) : {}) as { written?: number; rotations?: number }
  if (written !== lines || rotations === undefined) throw new Error(`the writer of ${path} ended with ${code} after ${text}`)
  return rotations
}
