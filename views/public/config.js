// The page of the configuration: filters while one types, and leads from a mistake to its place in the text.
(() => {
  'use strict'
  const filter = document.getElementById('config-filter')
  const none = document.getElementById('config-none')
  const rows = () => document.querySelectorAll('.config-sections tbody tr')

  function apply() {
    const wanted = filter.value.trim().toLowerCase()
    for (const row of rows()) row.hidden = wanted !== '' && !textOf(row).includes(wanted)
    let any = false
    for (const group of document.querySelectorAll('.config-group')) group.hidden = !group.querySelector('tbody tr:not([hidden])')
    for (const section of document.querySelectorAll('.config-sections > section')) {
      section.hidden = !section.querySelector('.config-group:not([hidden])')
      document.querySelector(`.config-nav a[href="#${section.id}"]`)?.parentElement.toggleAttribute('hidden', section.hidden)
      any ||= !section.hidden
    }
    none.hidden = any
    const url = new URL(location.href)
    if (wanted === '') url.searchParams.delete('filter')
    else url.searchParams.set('filter', filter.value)
    history.replaceState(null, '', url)
  }

  /** Key and value, as the server filters. */
  function textOf(row) {
    return [...row.cells].slice(0, 2).map((cell) => cell.querySelector('[title]')?.title ?? cell.textContent).join(' ').toLowerCase()
  }

  // The server left out what did not match: without a filter it has to be there again.
  const isPart = new URL(location.href).searchParams.get('filter')
  filter.addEventListener('input', () => {
    if (isPart && !filter.value.toLowerCase().includes(isPart.toLowerCase())) filter.form.requestSubmit()
    else apply()
  })
  window.sawlog.onKeys({ '/': () => filter.focus() })

  document.addEventListener('click', (event) => {
    const place = event.target.closest('.mistake-place')
    const text = document.getElementById('check-text')
    if (!place || !text) return
    event.preventDefault()
    const lines = text.value.split('\n')
    const line = Number(place.dataset.line)
    const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
    text.focus()
    text.setSelectionRange(Math.min(text.value.length, at + Number(place.dataset.column) - 1), at + (lines[line - 1] ?? '').length)
  })
})()
