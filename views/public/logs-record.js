// Rows of the page of logs: an opened one gets everything its record holds; copies; ages that grow.
(() => {
  'use strict'
  const AGES_MS = 5000
  const UNITS = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']]

  async function fill(record) {
    const detail = record.querySelector('.detail')
    if (!detail || record.dataset.whole) return
    record.dataset.whole = 'yes'
    try {
      const id = record.parentElement.id.slice(1)
      const answer = await fetch(`/logs/record/${id}/detail${location.search}`, { headers: { Accept: 'text/html' } })
      if (!answer.ok) throw new Error(answer.status === 410 ? 'it was deleted meanwhile' : `the server answered with ${answer.status}`)
      // Made by the server, which escapes what records say.
      detail.innerHTML = await answer.text()
      offer(detail)
    } catch (error) {
      delete record.dataset.whole
      const note = document.createElement('p')
      note.className = 'parse-error'
      note.setAttribute('role', 'status')
      note.textContent = `The rest of this record cannot be shown: ${error instanceof TypeError ? 'the server does not answer' : error.message}.`
      detail.append(note)
    }
  }

  /** What needs scripts is hidden without them, and copying needs a page that the browser trusts. */
  function offer(place) {
    if (!navigator.clipboard) return
    for (const button of place.querySelectorAll('button[data-copy]')) button.hidden = false
  }

  async function copy(button) {
    const name = button.textContent
    try {
      const text = await (await fetch(button.dataset.copy, { headers: { Accept: 'application/json' } })).text()
      await navigator.clipboard.writeText(button.dataset.part === 'json' ? text : messageOf(JSON.parse(text), button))
      button.textContent = 'Copied'
    } catch {
      button.textContent = 'Cannot copy'
    }
    setTimeout(() => { button.textContent = name }, 1500)
  }

  /** A row has its message when it is open, and there its button says that it was copied. */
  async function copyFrom(place) {
    const record = place.querySelector('details.record')
    if (record && !record.open) {
      record.open = true
      await fill(record)
    }
    const button = place.querySelector('button[data-copy][data-part="message"]:not([hidden])')
    if (button) await copy(button)
  }

  /** A line that was text is kept as it came; of others the page knows which field is the message. */
  function messageOf(record, button) {
    return typeof record.body === 'string' ? record.body : button.closest('.detail, article').querySelector('.whole').textContent
  }

  function grow() {
    if (document.hidden || new URLSearchParams(location.search).get('ago') !== '1') return
    for (const time of document.querySelectorAll('#records time')) {
      const seconds = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000)
      const [size, unit] = UNITS.find(([least]) => seconds >= least) ?? [1, 's']
      time.textContent = `${Math.floor(seconds / size)} ${unit}`
    }
  }

  document.addEventListener('toggle', (event) => {
    if (event.target instanceof HTMLDetailsElement && event.target.matches('.record') && event.target.open) void fill(event.target)
  }, true)
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null
    if (button) void copy(button)
  })
  for (const record of document.querySelectorAll('details.record[open]')) void fill(record)
  offer(document)
  setInterval(grow, AGES_MS)
  window.sawlog?.onKeys({
    c: () => {
      const place = document.activeElement?.closest('li, article')
      if (!place || !navigator.clipboard) return false
      void copyFrom(place)
      return true
    },
  })
})()
