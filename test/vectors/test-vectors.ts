// Runs the cases of a vector file: all but a few must agree, and each that does not is listed with its reason.
import { expect, test } from 'vitest'
import { vectorsOf, type Vector } from '../shared-data.ts'

/** What peers' test suites and we must agree on, of the cases that are about the same thing. */
const AGREEMENT = 0.95

export interface VectorCases {
  /** What is different, in a few words, or null where both agree. */
  compare(vector: Vector): string | null | Promise<string | null>
  /** Line of the file -> why Sawlog decides otherwise. A case listed here that agrees fails as well: the list stays true. */
  readonly disagreements?: Readonly<Record<number, string>>
  /** Line of the file -> why the case is about something Sawlog does not have. It does not count. */
  readonly leftOut?: Readonly<Record<number, string>>
}

export function testVectors(file: string, { compare, disagreements = {}, leftOut = {} }: VectorCases): void {
  const vectors = vectorsOf(file)
  const name = `the cases of ${file} agree`
  if (vectors === null) {
    test.skip(`${name} (the shared vectors are not beside this checkout)`, () => undefined)
    return
  }
  test(name, { timeout: 60_000 }, async () => {
    const counted = vectors.filter(({ line }) => leftOut[line] === undefined)
    const surprises: string[] = []
    const stale: number[] = []
    let agreed = 0
    for (const vector of counted) {
      const difference = await compare(vector)
      const listed = disagreements[vector.line] !== undefined
      if (difference === null) {
        agreed++
        if (listed) stale.push(vector.line)
      } else if (!listed) surprises.push(`line ${vector.line}${vector.name === undefined ? '' : ` (${vector.name})`}: ${difference}`)
    }
    expect(surprises).toEqual([])
    expect(stale).toEqual([])
    expect(counted.length).toBeGreaterThan(vectors.length / 2)
    expect(agreed / counted.length).toBeGreaterThanOrEqual(AGREEMENT)
  })
}
