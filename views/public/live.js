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

  sawlog.onKeys({ p: () => pause.click() })

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
