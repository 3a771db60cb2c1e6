// docs/api.md and the routes there are, either way.
import { Hono } from 'hono'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { HttpProblem } from '../../../core/http/http-problem.ts'
import { type ApiParts, mountApi } from '../../../core/http/mount-api.ts'
import { fixtureModel } from '../../fixture-model.ts'

const text = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')

function mounted(): Hono {
  const app = new Hono()
  // Neither lists nor names of parameters need what is behind the routes.
  mountApi(app, { model: fixtureModel(), store: {}, tails: {}, outputs: {} } as ApiParts)
  app.onError((error) => (error as HttpProblem).toResponse())
  return app
}

function routes(): string[] {
  // Middleware of a route is an entry of its own.
  return [...new Set(mounted().routes.map(({ method, path }) => `${method} ${path.replace(':id', 'ID').replace(':name', 'NAME')}`))].toSorted()
}

describe('docs/api.md', () => {
  test('lists every route, and no other', () => {
    const listed = [...text.matchAll(/^\| \[?`((?:GET|POST|PUT) \/api\/[^`]+)`/gm)].map(([, route]) => route as string)
    expect(listed.toSorted()).toEqual(routes())
  })

  test('names the parameters that each route takes', async () => {
    const app = mounted()
    const documented = [...text.matchAll(/`GET (\/api\/[\w/-]+)\?([^`]*)`/g)]
    expect(documented.length).toBe(8)
    for (const [, path = '', query = ''] of documented) {
      const answer = await app.request(`${path}?zzzzzzzzzzzz=1`)
      const { detail } = (await answer.json()) as { detail: string }
      const taken = /It takes ([^.]+)\./.exec(detail)?.[1]?.split(', ') ?? []
      expect([path, query.split('&').map((pair) => pair.split('=')[0]).toSorted()]).toEqual([path, taken.toSorted()])
    }
  })

  test('points only at headings it has', () => {
    const headings = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => (title as string).toLowerCase().replaceAll(/[^\w -]/g, '').replaceAll(' ', '-')))
    for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor)
  })
})
