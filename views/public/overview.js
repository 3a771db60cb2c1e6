// The overview's chart: another span of time without a reload, the bar under the pointer in words, and the way to its records.
(() => {
  'use strict'
  const live = () => document.getElementById('live')
  const span = () => new URLSearchParams(location.search).get('span') ?? '5m'

  /** The span of time is in the address; what is polled follows it. */
  function chooseSpan(link) {
    history.replaceState(history.state, '', link.getAttribute('href'))
    for (const other of link.parentElement.children) {
      if (other === link) other.setAttribute('aria-current', 'true')
      else other.removeAttribute('aria-current')
    }
    htmx.trigger(live(), 'refresh')
  }

  document.addEventListener('htmx:config:request', (event) => {
    if (event.target === live()) event.detail.ctx.request.action = `/metrics/fragment?span=${encodeURIComponent(span())}`
  })

  // An answer that was on its way when another span was chosen.
  document.addEventListener('htmx:before:swap', (event) => {
    const { ctx } = event.detail
    if (ctx.sourceElement === live() && !ctx.request.action.endsWith(`?span=${encodeURIComponent(span())}`)) event.preventDefault()
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

  sawlog.onKeys(Object.fromEntries([1, 2, 3, 4, 5].map((key) => [key, () => {
    const link = document.querySelectorAll('[data-span]')[key - 1]
    if (!link) return false
    chooseSpan(link)
    return true
  }])))
})()
