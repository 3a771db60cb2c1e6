// A part of a whole, as a bar and in percent.

export function Share({ part, whole }: { part: number; whole: number }) {
  const percent = whole > 0 ? Math.min(100, (part / whole) * 100) : 0
  const text = percent > 0 && percent < 0.1 ? '<0.1 %' : `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
  return (
    <span class="share">
      <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" class="track" /><rect width={percent.toFixed(2)} height="6" class="fill" />
      </svg>
      <span class="num" title={`${percent.toFixed(3)} %`}>{text}</span>
    </span>
  )
}
