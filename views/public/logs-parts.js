// The page of logs: fetches the parts that come after the rows, and closes menus that are left. The page reads without it.
(() => {
  'use strict'
  /** A part that takes longer has a server that is busy with something else; searches end by themselves after 10 s. */
  const PATIENCE_MS = 20_000

  /** A histogram beside a live tail is not older than this, ms. */
  const FRESH_MS = 10_000

  /** `again`: what is shown stays where this fails. */
  async function load(part, again = false) {
    part.setAttribute('aria-busy', 'true')
    const left = new AbortController()
    const timer = setTimeout(() => left.abort(), PATIENCE_MS)
    addEventListener('pagehide', () => left.abort(), { signal: left.signal })
    try {
      const answer = await fetch(part.dataset.part, { signal: left.signal, headers: { Accept: 'text/html' } })
      if (!answer.ok) throw new Error(await reason(answer))
      // Made by the server, which escapes what records say.
      part.innerHTML = await answer.text()
      part.dispatchEvent(new CustomEvent('sawlog:part', { bubbles: true }))
    } catch (error) {
      if (!again) failed(part, error)
    } finally {
      clearTimeout(timer)
      left.abort()
      part.removeAttribute('aria-busy')
    }
  }

  async function reason(answer) {
    if (answer.status === 401 || answer.status === 403) return 'You are signed out. Reload this page to sign in again.'
    const problem = await answer.json().catch(() => null)
    return problem?.detail ?? `The server answered with ${answer.status}.`
  }

  function failed(part, error) {
    const text = document.createElement('p')
    const again = document.createElement('button')
    const name = part.getAttribute('aria-label')
    const why = error.name === 'AbortError' ? 'it took too long.' : error instanceof TypeError ? 'the server does not answer.' : error.message
    text.textContent = `${name} cannot be shown: ${why}`
    text.setAttribute('role', 'status')
    again.type = 'button'
    again.className = 'tool'
    again.textContent = 'Try again'
    again.addEventListener('click', () => void load(part), { once: true })
    const box = document.createElement('div')
    box.className = 'part-failed'
    box.append(text, again)
    part.replaceChildren(box)
  }

  for (const part of document.querySelectorAll('[data-part]')) {
    const closed = part.closest('details:not([open])')
    // What is closed costs nothing until it is opened.
    if (closed) closed.addEventListener('toggle', () => void load(part), { once: true })
    else void load(part)
  }

  // The live tail asks for it: what stands beside new records should know of them. Not while somebody is in it.
  document.addEventListener('sawlog:refresh', () => {
    const part = document.getElementById('histogram')
    if (part?.dataset.part && !part.matches(':hover, :focus-within, [aria-busy]')) void load(part)
  })

  const histogram = document.querySelector('#histogram[data-part]')
  if (histogram) {
    setInterval(() => {
      const live = new URLSearchParams(location.search).get('tail') === '1'
      // Nothing is taken from under a pointer or the focus.
      if (live && !document.hidden && !histogram.matches('[aria-busy], :hover, :focus-within')) void load(histogram, true)
    }, FRESH_MS)
  }

  /** One menu at a time; Escape or a click elsewhere closes it. */
  const menus = () => document.querySelectorAll('details.menu[open]')
  document.addEventListener('click', (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    for (const menu of menus()) {
      menu.open = false
      menu.querySelector('summary').focus()
      event.preventDefault()
    }
  })

  // What was typed and not yet searched for goes along with a new span of time.
  const q = document.getElementById('q')
  for (const link of document.querySelectorAll('a[data-span]')) {
    link.addEventListener('click', () => {
      const url = new URL(link.href)
      if (q.value === '') url.searchParams.delete('q')
      else url.searchParams.set('q', q.value)
      link.href = url
    })
  }
  for (const form of document.querySelectorAll('form[data-query]')) {
    form.addEventListener('submit', () => {
      form.elements.q.value = q.value
    })
  }

  /** What is searched for; everything else in an address is how it is shown, and stays. */
  const SEARCHED = new Set(['q', 'from', 'to', 'before', 'open', 'charts'])
  const here = new URLSearchParams(location.search)
  function carry(values) {
    for (const [name, value] of here) if (!SEARCHED.has(name) && !values.has(name)) values.append(name, value)
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('#time-menu a, .steps a, #histogram a, #fields a, .query-help a, #export-menu a[href*="format=csv"]')
    if (!link) return
    const address = link.getAttribute('href')
    const [path, query = ''] = address.split('?')
    const values = new URLSearchParams(query)
    if (path === '/logs') carry(values)
    else if (here.get('columns')) values.set('columns', here.get('columns'))
    link.setAttribute('href', `${path}?${values}`)
  }, { capture: true })

  // An address without what is empty is one to send on.
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.method !== 'get' || form.getAttribute('action') !== '/logs') return
    event.preventDefault()
    const values = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''))
    carry(values)
    location.href = values.size === 0 ? '/logs' : `/logs?${values}`
  })
})()
