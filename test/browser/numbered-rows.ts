// Numbered records, and which of them the page of logs shows.
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Started } from '../e2e/sawlog.ts'

/** The time of number 0, ms. */
export const START = Date.now() - 600_000

/** A millisecond apart; each hundredth is an error. */
export async function fill(sawlog: Started, from: number, to: number): Promise<void> {
  const lines = Array.from({ length: to - from }, (_, i) => JSON.stringify({ time: new Date(START + from + i).toISOString(), level: (from + i) % 100 === 0 ? 'error' : 'info', message: `number ${from + i}.` }))
  expect((await sawlog.post(lines.join('\n'))).status).toBe(200)
}

/** As shown, from the top. */
export function numbers(page: Page): Promise<number[]> {
  return page.$$eval('#records > li .message', (rows) => rows.map((row) => Number(/number (\d+)\./.exec(row.textContent ?? '')?.[1])))
}
