// The page of logs: older records follow by themselves, keys go from record to record, and the address says which one is open.
(() => {
  'use strict'
  /** A browser is slow with more; the rows that were scrolled past first go, and a link leads back to them. */
  const MOST_ROWS = 600
  const log = document.getElementById('log')
  const list = document.getElementById('records')
  if (!log || !list) return
  /** Above an open record on a later page, so that a copied link shows what it stood among. */
  const ABOVE = 10
  /** Rows of later pages, and where this page began. */
  const older = new WeakSet()
  const began = new URLSearchParams(location.search).get('before')
  let loading = false

  const rows = () => [...list.children]
  const next = () => log.querySelector('.pages a[rel="next"]')

  async function loadMore() {
    const link = next()
    if (!link || loading) return
    loading = true
    const pages = log.querySelector('.pages')
    pages.setAttribute('aria-busy', 'true')
    try {
      const url = new URL(link.href)
      const answer = await fetch(`/logs/rows${url.search}`, { headers: { Accept: 'text/html' } })
      if (!answer.ok) throw new Error(`the server answered with ${answer.status}`)
      const part = document.createElement('template')
      // Made by the server, which escapes what records say.
      part.innerHTML = await answer.text()
      // Rows went from the end meanwhile: what would follow is another page now.
      if (next() !== link || link.href !== url.href) return
      const more = [...part.content.querySelector('#records').children].filter((row) => !document.getElementById(row.id))
      for (const row of more) older.add(row)
      list.append(...more)
      pages.replaceWith(part.content.querySelector('.pages'))
      dropPassed()
      watchEnd()
    } catch (error) {
      const text = document.createElement('span')
      text.textContent = `Older records cannot be shown: ${error instanceof TypeError ? 'the server does not answer' : error.message}.`
      text.setAttribute('role', 'status')
      pages.replaceChildren(text, link)
    } finally {
      loading = false
      log.querySelector('.pages').removeAttribute('aria-busy')
    }
  }

  /** Rows above the window go; what is being read stays where it is. */
  function dropPassed() {
    const all = rows()
    const surplus = all.length - MOST_ROWS
    if (surplus <= 0) return
    const anchor = all.find((row) => row.getBoundingClientRect().bottom > 0) ?? all[surplus]
    const before = anchor.getBoundingClientRect().top
    for (const row of all.slice(0, surplus)) if (row !== anchor) row.remove()
    let back = document.getElementById('back')
    if (!back) {
      back = document.createElement('a')
      back.id = 'back'
      back.className = 'tool'
      back.textContent = 'Back to the newest'
      const url = new URL(location.href)
      for (const name of ['before', 'open']) url.searchParams.delete(name)
      back.href = url
      log.prepend(back)
    }
    scrollBy(0, anchor.getBoundingClientRect().top - before)
  }

  const end = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) void loadMore()
  }, { rootMargin: '800px' })

  function watchEnd() {
    end.disconnect()
    const link = next()
    if (link) end.observe(link)
  }
  watchEnd()
  /** A live tail has records as they were stored, pages have them by time: what went must all be behind the place that is asked for next. */
  document.addEventListener('sawlog:shortened', ({ detail: gone }) => {
    const timeOf = (row) => Date.parse(row.querySelector('time').dateTime)
    const newest = Math.max(...gone.map(timeOf))
    const before = (rows().findLast((row) => timeOf(row) > newest) ?? list.firstElementChild)?.dataset.before
    if (!before) return
    const url = new URL(next()?.href ?? location.href)
    for (const name of ['open', 'tail']) url.searchParams.delete(name)
    url.searchParams.set('before', before)
    const link = next() ?? document.createElement('a')
    link.rel = 'next'
    link.textContent = 'Older records'
    link.href = url
    log.querySelector('.pages').replaceChildren(link)
    watchEnd()
  })
  log.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.matches('.pages a[rel="next"]') || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    void loadMore()
  })

  /** A page that is loaded anew has its first rows alone: a record further down needs the page it is on. */
  function place(url, row) {
    const all = rows()
    const before = row && older.has(row) ? all[Math.max(0, all.indexOf(row) - ABOVE)].dataset.before : began
    if (before) url.searchParams.set('before', before)
    else url.searchParams.delete('before')
  }

  // Which record is open stands in the address, so that a reload and a copied link show it again.
  list.addEventListener('toggle', (event) => {
    const record = event.target
    if (!(record instanceof HTMLDetailsElement) || record.parentElement?.parentElement !== list) return
    const url = new URL(location.href)
    const id = record.parentElement.id.slice(1)
    if (record.open) {
      url.searchParams.set('open', id)
      place(url, record.parentElement)
    } else if (url.searchParams.get('open') === id) {
      url.searchParams.delete('open')
      place(url, null)
    }
    history.replaceState(null, '', url)
  }, true)
  const wanted = new URLSearchParams(location.search).get('open')
  const opened = wanted === null ? null : document.getElementById(`r${wanted}`)?.querySelector('details')
  if (opened) {
    opened.open = true
    opened.scrollIntoView({ block: 'center' })
  }

  const summaryOf = (row) => row?.querySelector('summary')
  const current = () => document.activeElement?.closest('#records > li') ?? null

  function goTo(row) {
    const summary = summaryOf(row)
    if (!summary) return false
    summary.focus({ preventScroll: true })
    summary.scrollIntoView({ block: 'nearest' })
    return true
  }

  /** Without a current record the first one in the window. */
  function step(by) {
    const row = current()
    if (row) return goTo(by > 0 ? row.nextElementSibling : row.previousElementSibling)
    return goTo(rows().find((one) => one.getBoundingClientRect().top >= 0))
  }

  function error(by) {
    const all = rows()
    const at = current() ? all.indexOf(current()) : by > 0 ? -1 : all.length
    const isError = (row) => row.querySelector('.record.level-error, .record.level-fatal') !== null
    return goTo(by > 0 ? all.find((row, i) => i > at && isError(row)) : all.findLast((row, i) => i < at && isError(row)))
  }

  window.sawlog.onKeys({
    j: () => step(1),
    k: () => step(-1),
    e: () => error(1),
    E: () => error(-1),
    p: () => {
      const row = current()
      if (!row) return false
      location.href = `/logs/record/${row.id.slice(1)}`
      return true
    },
    Escape: () => {
      const details = current()?.querySelector('details[open]')
      if (!details) return false
      details.open = false
      return goTo(details.parentElement)
    },
  })
})()
