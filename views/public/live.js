// Polls only while someone looks, and says so when the server does not answer. Without this file the page still reads well.
(() => {
  'use strict'
  // Three missed polls of two seconds: one lost request is no reason to alarm anyone.
  const PATIENCE_MS = 6000
  const BACK_MS = 3000
  const live = () => document.getElementById('live')
  const gone = document.getElementById('gone')
  const pause = document.getElementById('pause')
  let paused = false
  let lastAnswer = Date.now()
  // When silence began to count: the silence of a hidden tab or of a pause is ours, not the server's.
  let listening = Date.now()
  let trouble = null
  let leaving

  function refresh() {
    const element = live()
    if (element) htmx.trigger(element, 'refresh')
  }

  function say(text) {
    const wasGone = document.body.classList.contains('stale')
    document.body.classList.toggle('stale', text !== '')
    if (text === '' && !wasGone) return
    clearTimeout(leaving)
    if (text !== '') return show(text, false)
    show('The server answers again.', true)
    leaving = setTimeout(() => show('', false), BACK_MS)
  }

  function show(text, back) {
    if (gone.textContent !== text) gone.textContent = text
    gone.hidden = text === ''
    gone.classList.toggle('back', back)
  }

  function time(date) {
    return `${new Date(date).toISOString().slice(11, 19)}Z`
  }

  function judge() {
    if (document.hidden || paused) return
    if (trouble === 401 || trouble === 403) say('You are signed out. Reload this page to sign in again.')
    else if (Date.now() - Math.max(lastAnswer, listening) <= PATIENCE_MS) return
    else if (trouble) say(`The server answers with an error (${trouble}). The numbers are from ${time(lastAnswer)}; this page tries again every 2 seconds.`)
    else say(`The server does not answer. The numbers are from ${time(lastAnswer)}; this page tries again every 2 seconds.`)
  }

  /** Other pages are polled as well, without one. */
  const hasSpan = () => live().getAttribute('hx-get').startsWith('/metrics/')
  const span = () => new URLSearchParams(location.search).get('span') ?? '5m'

  /** The span of time is in the address; what is polled follows it. */
  function chooseSpan(link) {
    history.replaceState(history.state, '', link.getAttribute('href'))
    for (const other of link.parentElement.children) other.toggleAttribute('aria-current', other === link)
    refresh()
  }

  document.addEventListener('htmx:config:request', (event) => {
    if (event.target === live() && hasSpan()) event.detail.ctx.request.action = `/metrics/fragment?span=${encodeURIComponent(span())}`
  })

  // An answer that was on its way when another span was chosen.
  document.addEventListener('htmx:before:swap', (event) => {
    const { ctx } = event.detail
    if (ctx.sourceElement === live() && hasSpan() && !ctx.request.action.endsWith(`?span=${encodeURIComponent(span())}`)) event.preventDefault()
  })

  document.addEventListener('click', (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    const link = event.target.closest('[data-span]')
    const column = event.target.closest('.column')
    if (link) {
      event.preventDefault()
      chooseSpan(link)
    } else if (column) location.href = `/logs?${new URLSearchParams({ from: column.dataset.from, to: column.dataset.to })}`
  })

  // The bar under the pointer in words at once: a title takes a second to appear.
  document.addEventListener('pointerover', (event) => {
    const readout = document.getElementById('readout')
    if (!readout) return
    const column = event.target.closest('.column')
    if (column) readout.dataset.bar = column.querySelector('title').textContent
    else delete readout.dataset.bar
  })

  sawlog.onKeys({
    p: () => pause.click(),
    ...Object.fromEntries([1, 2, 3, 4, 5].map((key) => [key, () => {
      const link = document.querySelectorAll('[data-span]')[key - 1]
      if (!link) return false
      chooseSpan(link)
      return true
    }])),
  })

  document.addEventListener('htmx:before:request', (event) => {
    if (event.target === live() && (document.hidden || paused)) event.preventDefault()
  })

  document.addEventListener('htmx:after:request', (event) => {
    const status = event.detail.ctx.response.status
    if (status >= 200 && status < 300) {
      lastAnswer = Date.now()
      trouble = null
      say('')
      return
    }
    trouble = status
    judge()
  })

  document.addEventListener('htmx:error', () => {
    trouble = null
    judge()
  })

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return
    listening = Date.now()
    refresh()
  })

  pause.addEventListener('click', () => {
    paused = !paused
    pause.classList.toggle('paused', paused)
    pause.querySelector('.tool-text').textContent = paused ? 'Resume' : 'Pause'
    if (paused) return
    listening = Date.now()
    refresh()
  })

  pause.hidden = false
  setInterval(judge, 1000)
})()
