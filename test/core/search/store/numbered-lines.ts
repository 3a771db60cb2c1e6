// Numbered records a second apart, and questions about them.
import { parseQuery } from '../../../../core/search/parse-query.ts'
import type { SearchRequest } from '../../../../core/search/store.ts'

export const BASE = Date.UTC(2026, 10, 1)

export function line(n: number, source = 'app', body = `{"message":"card declined ${n}","n":${n}}`, level = n % 10 === 0 ? 'error' : 'info'): string {
  return `{"time":"${new Date(BASE + n * 1000).toISOString()}","level":"${level}","source":"${source}","host":"web1","tags":["t${n % 3}"],"body":${body}}`
}

export function lines(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => line(from + i, (from + i) % 4 === 0 ? 'web' : 'app'))
}

export function ask(text: string, more: Partial<SearchRequest> = {}): SearchRequest {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return { query: parsed.query, from: null, to: null, budgetMs: 60_000, limit: 10, before: null, order: 'newest', ...more }
}
