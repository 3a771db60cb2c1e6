// The look into a plugin: asks every second for what went through, newest on top, a bounded number of rows; not while the page is hidden.
(() => {
  'use strict'
  const EVERY_MS = 1000
  const MAX_ROWS = 100
  const toggle = document.getElementById('tap-switch')
  if (!toggle) return
  const list = document.getElementById('tap-rows')
  const note = document.getElementById('tap-note')
  let on = toggle.dataset.on === '1'
  let last = newest(list)
  let timer
  let asking = null

  function newest(within) {
    return Number(within.firstElementChild?.dataset.seq ?? 0)
  }

  async function ask() {
    asking = new AbortController()
    try {
      const answer = await fetch(`/pipeline/tap?${new URLSearchParams({ node: toggle.dataset.node, after: String(last) })}`, { signal: asking.signal })
      if (!answer.ok) return say(answer.status === 404 ? 'This plugin cannot be looked into: it is gone, or too many pages look.' : `The server answers with an error (${answer.status}).`)
      add(await answer.text(), Number(answer.headers.get('X-Skipped') ?? 0))
    } catch {
      if (on) say('The server does not answer; this page tries again.')
    } finally {
      asking = null
    }
  }

  /** The text is escaped by the server. What is being read stays where it is: browsers keep the place of a list that is scrolled. */
  function add(html, skipped) {
    if (!on) return
    const part = document.createElement('template')
    part.innerHTML = html
    const { content } = part
    // Numbers begin anew where the server does.
    if (content.firstElementChild) last = newest(content)
    list.prepend(content)
    while (list.childElementCount > MAX_ROWS) list.lastElementChild.remove()
    say(list.childElementCount === 0 ? 'Waiting for records.' : skipped === 0 ? 'Live.' : `Live; ${skipped.toLocaleString('en-US')} more went by.`)
  }

  function say(text) {
    if (note.textContent !== text) note.textContent = text
  }

  async function run() {
    clearTimeout(timer)
    if (!on) return
    if (!document.hidden && !asking) await ask()
    clearTimeout(timer)
    timer = setTimeout(run, EVERY_MS)
  }

  function turn() {
    on = !on
    toggle.textContent = on ? 'Stop' : 'Watch'
    toggle.classList.toggle('on', on)
    toggle.setAttribute('aria-pressed', String(on))
    list.hidden = !on && list.childElementCount === 0
    const url = new URL(location.href)
    if (on) url.searchParams.set('tap', '1')
    else url.searchParams.delete('tap')
    history.replaceState(null, '', url)
    if (on) say('Waiting for records.')
    else {
      asking?.abort()
      say('')
    }
    void run()
  }

  // With JavaScript it is a button, not a way to another page.
  toggle.setAttribute('role', 'button')
  toggle.setAttribute('aria-pressed', String(on))
  toggle.classList.toggle('on', on)
  toggle.addEventListener('click', (event) => {
    event.preventDefault()
    turn()
  })
  toggle.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return
    event.preventDefault()
    turn()
  })
  window.sawlog.onKeys({ w: turn })
  document.addEventListener('visibilitychange', () => void run())
  void run()
})()
