// Searches of the page of logs get a name, and lose it: what its forms send.
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { parseQuery } from '../search/parse-query.ts'
import { HttpProblem } from './http-problem.ts'
import type { NamedSearch } from './logs-aside.ts'
import { logsSpan } from './logs-span.ts'
import type { PageParts } from './pages.ts'

/** A query of 4 KiB, with every byte of it escaped, and the rest. */
const MAX_BODY = 20_000
/** What fits into a menu. */
const MAX_NAME = 80
const MAX_COLUMNS = 1000

export function mountSavedSearches(app: Hono, { saved }: PageParts): void {
  if (saved === undefined) return

  app.post('/logs/saved', limited, async (c) => {
    const search = readSearch(await fields(c))
    const done = saved.add(search, Date.now())
    if (done === 'taken') throw new HttpProblem(409, `cannot save the search: there is one named "${search.name}". Choose another name, or delete that one first.`)
    if (done === 'full') throw new HttpProblem(409, 'cannot save the search: there are as many as there may be. Delete one first.')
    const { q, from, to, columns } = search
    return c.redirect(address({ q, from, to, columns }), 303)
  })

  app.post('/logs/saved/delete', limited, async (c) => {
    const given = await fields(c)
    const name = given('name')
    if (!saved.remove(name)) throw new HttpProblem(404, `cannot delete the search: there is none named ${JSON.stringify(name.slice(0, MAX_NAME))}. Somebody else may have deleted it.`)
    return c.redirect(address({ q: given('q'), from: given('from'), to: given('to'), columns: given('columns') }), 303)
  })
}

const limited = bodyLimit({
  maxSize: MAX_BODY,
  onError: () => {
    throw new HttpProblem(413, `cannot save the search: it is longer than ${MAX_BODY} bytes. Shorten the query.`)
  },
})

async function fields(c: Context): Promise<(name: string) => string> {
  const body = await c.req.parseBody()
  return (name) => {
    const value = body[name]
    return typeof value === 'string' ? value : ''
  }
}

/** Throws HttpProblem for what could not be opened again. */
function readSearch(given: (name: string) => string): NamedSearch {
  const search = { name: given('name').trim(), q: given('q'), from: given('from'), to: given('to'), columns: given('columns') }
  const refuse = (cause: string): never => {
    throw new HttpProblem(400, `cannot save the search: ${cause}`)
  }
  if (search.name === '') refuse('it has no name. Give it one.')
  if (search.name.length > MAX_NAME) refuse(`its name has more than ${MAX_NAME} characters. Shorten it.`)
  if (/\p{Cc}/u.test(search.name)) refuse('its name contains control characters. Leave them out.')
  if (search.columns.length > MAX_COLUMNS) refuse(`its columns have more than ${MAX_COLUMNS} characters. Choose fewer.`)
  const query = parseQuery(search.q)
  if (!query.ok) refuse(query.message)
  const span = logsSpan(search, Date.now())
  if (!span.ok) refuse(`${span.message}.`)
  return search
}

/** Always on this page, whatever was sent. */
function address(values: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== '')).toString()
  return text === '' ? '/logs' : `/logs?${text}`
}
