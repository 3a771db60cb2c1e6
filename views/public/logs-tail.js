// The live tail of the page of logs: new records on top, unless somebody reads; then they wait and are counted.
(() => {
  'use strict'
  /** Rows that wait; older ones are passed over, and counted. */
  const MOST_WAITING = 500
  /** Rows on the page while it is live. */
  const MOST_ROWS = 500
  /** Scrolled no further than this counts as the top: zoomed pages stop at fractions. */
  const AT_TOP_PX = 2
  /** How often what stands beside the rows is asked for anew. */
  const REFRESH_MS = 10_000
  const toggle = document.getElementById('live')
  const list = document.getElementById('records')
  if (!toggle || !list) return
  const state = document.getElementById('live-state')
  const fresh = document.getElementById('live-new')
  let source = null
  let last = toggle.dataset.id
  let waiting = []
  let skipped = 0
  let lost = false
  let gap = false
  let moved = false

  const back = () => document.getElementById('back')
  const number = (value) => value.toLocaleString('en')

  /** Whatever moved now would be taken away from under somebody's eyes or pointer. */
  function isRead() {
    if (document.hidden || scrollY > AT_TOP_PX) return true
    // The newest rows on the page were let go: new ones on top of the others would look as if nothing lay between.
    if (back()) return true
    const selection = getSelection()
    if (selection && !selection.isCollapsed && list.contains(selection.anchorNode)) return true
    return list.querySelector('details[open]') !== null || list.contains(document.activeElement)
  }

  /** What is said above the rows takes room there: rows that are read stay where they are. */
  function say() {
    const anchor = waiting.length === 0 ? null : [...list.children].find((row) => row.getBoundingClientRect().bottom > 0)
    const top = anchor?.getBoundingClientRect().top
    tell()
    if (anchor) scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: 'instant' })
  }

  function tell() {
    const held = waiting.length
    fresh.hidden = held === 0
    fresh.textContent = held >= MOST_WAITING ? `${number(held)} newest of many` : `${number(held)} new`
    const parts = []
    if (lost) parts.push('The server does not answer. This page tries again by itself and misses nothing that is kept.')
    if (gap) parts.push('Some records were deleted before they could be shown.')
    if (skipped > 0) parts.push(`${number(skipped)} skipped: they come faster than anyone reads. All of them are found by a search.`)
    const quiet = parts.length === 0
    if (quiet && held > 0) parts.push('Paused while you read.')
    const text = parts.join(' ')
    if (state.textContent !== text) state.textContent = text
    state.hidden = text === ''
    // Seen by the button with their number already.
    state.classList.toggle('sr', quiet)
    toggle.classList.toggle('is-lost', lost)
    toggle.classList.toggle('is-paused', held > 0)
  }

  /** Those that the page has already are left out: a search and the tail overlap for a moment. */
  function show() {
    const news = waiting.filter((row) => !document.getElementById(row.id))
    waiting = []
    list.prepend(...news.toReversed())
    const surplus = [...list.children].slice(MOST_ROWS)
    for (const row of surplus) row.remove()
    if (surplus.length > 0) document.dispatchEvent(new CustomEvent('sawlog:shortened', { detail: surplus }))
    document.getElementById('nothing')?.remove()
    moved ||= news.length > 0
    say()
  }

  function take(event) {
    const batch = JSON.parse(event.data)
    last = event.lastEventId
    const part = document.createElement('template')
    // Made by the server, which escapes what records say.
    part.innerHTML = batch.html
    // Oldest first, as they will be added.
    waiting.push(...[...part.content.children].toReversed())
    skipped += batch.skipped
    if (waiting.length > MOST_WAITING) {
      skipped += waiting.length - MOST_WAITING
      waiting = waiting.slice(-MOST_WAITING)
    }
    if (isRead()) say()
    else show()
  }

  function begin() {
    end()
    source = new EventSource(`${toggle.dataset.tail}${toggle.dataset.tail.endsWith('?') ? '' : '&'}last_event_id=${encodeURIComponent(last)}`)
    source.addEventListener('rows', take)
    source.addEventListener('gap', (event) => {
      last = event.lastEventId || last
      gap = true
      say()
    })
    source.addEventListener('open', () => {
      lost = false
      say()
    })
    source.addEventListener('error', () => {
      lost = true
      say()
      // A browser gives up for good on an answer that is none (503, 401): then this asks again.
      if (source?.readyState === EventSource.CLOSED) setTimeout(() => isOn() && begin(), 3000)
    })
  }

  function end() {
    source?.close()
    source = null
  }

  const isOn = () => toggle.getAttribute('aria-pressed') === 'true'

  function turn(on) {
    toggle.setAttribute('aria-pressed', String(on))
    const url = new URL(location.href)
    if (on) url.searchParams.set('tail', '1')
    else url.searchParams.delete('tail')
    history.replaceState(null, '', url)
    if (on) begin()
    else {
      end()
      lost = gap = false
      if (back()) waiting = []
      show()
    }
  }

  function toNews() {
    if (waiting.length === 0) return false
    if (back()) {
      location.href = back().href
      return true
    }
    for (const details of list.querySelectorAll('details[open]')) details.open = false
    if (list.contains(document.activeElement)) document.activeElement.blur()
    getSelection()?.removeAllRanges()
    scrollTo({ top: 0 })
    show()
    return true
  }

  toggle.hidden = false
  toggle.addEventListener('click', () => turn(!isOn()))
  fresh.addEventListener('click', toNews)
  // What waits comes in as soon as nobody reads any more.
  const look = () => {
    if (isOn() && waiting.length > 0 && !isRead()) show()
  }
  for (const what of ['scroll', 'focusout', 'visibilitychange', 'selectionchange']) document.addEventListener(what, () => setTimeout(look, 50), { passive: true })
  list.addEventListener('toggle', () => setTimeout(look, 50), true)
  addEventListener('pagehide', end)
  setInterval(() => {
    if (!moved || document.hidden) return
    moved = false
    document.dispatchEvent(new CustomEvent('sawlog:refresh'))
  }, REFRESH_MS)
  window.sawlog.onKeys({ l: () => turn(!isOn()), n: toNews })
  if (isOn()) begin()
})()
