// Real material that is not part of the project: tests read it where it lies beside the checkout, and say so where it does not.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../shared/data/', import.meta.url))

/** The path of a file or folder of the shared material, or null where it is not there. */
export function sharedData(path: string): string | null {
  return existsSync(FOLDER + path) ? FOLDER + path : null
}

export interface Vector {
  /** Line of the file, from 1. */
  readonly line: number
  readonly name?: string
  readonly input: unknown
  readonly args?: Readonly<Record<string, unknown>>
  readonly expect: unknown
  readonly source?: string
}

/** The cases of a vector file, or null where it is not there. */
export function vectorsOf(file: string): Vector[] | null {
  const path = sharedData(`vectors/${file}.jsonl`)
  if (path === null) return null
  const lines = readFileSync(path, 'utf8').split('\n').filter((line) => line !== '')
  return lines.map((line, i) => ({ ...(JSON.parse(line) as Omit<Vector, 'line'>), line: i + 1 }))
}
