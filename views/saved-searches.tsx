// Searches by their names: opened, saved and deleted. Those of this browser's past are added by `logs-saved.js`.
import type { NamedSearch } from '../core/http/logs-aside.ts'
import type { LogsRequest } from '../core/http/logs-view.ts'
import { logsParameters } from './logs-address.ts'
import { spanText } from './span-text.ts'
import { visible } from './visible.ts'

export function SavedSearches({ request, saved }: { request: LogsRequest; saved: readonly NamedSearch[] }) {
  const { q, from, to } = request
  const here = <>
    <input type="hidden" name="q" value={q} />
    <input type="hidden" name="from" value={from} />
    <input type="hidden" name="to" value={to} />
    <input type="hidden" name="columns" value="" />
  </>
  return (
    <details class="menu" id="saved-menu">
      <summary class="pick">Saved</summary>
      <div class="panel">
        <form class="save" id="save-search" action="/logs/saved" method="post">
          <label>Name of this search <input name="name" type="text" required maxlength={80} autocomplete="off" /></label>
          {here}
          <button type="submit" class="go">Save</button>
          <p class="hot" role="alert" hidden></p>
        </form>
        {saved.length === 0 ? <p class="note">Nothing is saved yet.</p> : (
          <ul class="menu-list saved-list">
            {saved.map((search) => (
              <li>
                <a href={`/logs?${logsParameters({ q: search.q, from: search.from, to: search.to, columns: search.columns })}`}>
                  <bdi>{visible(search.name)}</bdi> <span class="note"><bdi class="query">{search.q === '' ? 'everything' : visible(search.q)}</bdi> · {spanText(search.from, search.to)}</span>
                </a>
                <form action="/logs/saved/delete" method="post" class="forget"><input type="hidden" name="name" value={search.name} />{here}<button type="submit" aria-label={`Delete ${visible(search.name)}`} title="Delete">×</button></form>
              </li>
            ))}
          </ul>
        )}
        <div id="recent" hidden></div>
      </div>
    </details>
  )
}
