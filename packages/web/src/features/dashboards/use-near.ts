import { useEffect, useRef, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'

const margin = '400px'

/** Whether an element has been on the screen or near it: what is far below is drawn when it comes near, or is printed. */
export function useNear<E extends Element>(): readonly [RefObject<E | null>, boolean] {
  const place = useRef<E>(null)
  const [near, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (element === null || near) return
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true)
      },
      { rootMargin: margin },
    )
    watcher.observe(element)
    // The page is taken as it is when the event is over.
    const onPrint = (): void => flushSync(() => setNear(true))
    globalThis.addEventListener('beforeprint', onPrint)
    return () => {
      watcher.disconnect()
      globalThis.removeEventListener('beforeprint', onPrint)
    }
  }, [near])
  return [place, near]
}
