// POST /api/seal: compresses what was stored until now. docs/api.md has the contract.
import type { Hono } from 'hono'
import { messageOf } from '../guard.ts'
import type { SealReport } from '../journal/seal-report.ts'
import { HttpProblem } from './http-problem.ts'
import { readParameters } from './parameters.ts'

export function mountSealApi(app: Hono, seal: () => Promise<SealReport>): void {
  app.post('/api/seal', async (c) => {
    readParameters(c, [])
    try {
      return c.json(await seal(), 200, { 'Cache-Control': 'no-store' })
    } catch (error) {
      throw new HttpProblem(503, `cannot seal: ${messageOf(error)}. Nothing is lost; what is not sealed is searched as it is, and sealed later.`)
    }
  })
}
