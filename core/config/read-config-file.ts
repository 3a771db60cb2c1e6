// The text of the configuration file, or why it cannot be had.
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** A configuration of a thousand sources has 100 KB; a megabyte is a log file given by mistake. */
const MAX_CONFIG_BYTES = 1024 ** 2

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file', EACCES: 'permission denied', EISDIR: 'it is a folder', ENOTDIR: 'a part of the path is not a folder',
}

export async function readConfigFile(file: string): Promise<{ readonly text: string } | { readonly message: string }> {
  try {
    return await read(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const cause = Object.hasOwn(CAUSES, code) ? CAUSES[code] : error instanceof Error ? error.message : String(error)
    return { message: `cannot read it: ${cause}. Name the configuration with --config FILE` }
  }
}

async function read(file: string): Promise<{ readonly text: string } | { readonly message: string }> {
  // Opening a FIFO without a writer would hang the start.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) return { message: 'cannot read it: it is not a regular file. Name the configuration with --config FILE' }
    if (stats.size > MAX_CONFIG_BYTES) return tooLarge(stats.size)
    const bytes = await handle.readFile()
    return bytes.length > MAX_CONFIG_BYTES ? tooLarge(bytes.length) : decode(bytes)
  } finally {
    await handle.close()
  }
}

function decode(bytes: Uint8Array): { readonly text: string } | { readonly message: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return { text }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  return { message: 'cannot read it: it is not UTF-8 text. Save it as UTF-8' }
}

function tooLarge(size: number): { readonly message: string } {
  return { message: `cannot read it: ${size} bytes, but a configuration has at most ${MAX_CONFIG_BYTES}. Is it the right file?` }
}
