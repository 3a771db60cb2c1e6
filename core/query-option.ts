// Options of plugins that are queries: checked like every `when:`, given to `setup` as text.
import { z } from 'zod'
import { parseQuery } from './search/parse-query.ts'

export function query() {
  return z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const parsed = parseQuery(text)
      if (!parsed.ok) context.addIssue({ code: 'custom', message: `${parsed.message} (at character ${parsed.at + 1})` })
    })
    .meta({ title: 'query' })
}
