/** What may become of an upload: null means that the event is refused in that state. */
export type UploadState = 'open' | 'closed' | 'consumed' | 'abandoned'
type UploadEvent = 'append' | 'close' | 'consume' | 'abandon'

const transitions: Record<UploadState, Record<UploadEvent, UploadState | null>> = {
  open: { append: 'open', close: 'closed', consume: null, abandon: 'abandoned' },
  closed: { append: null, close: 'closed', consume: 'consumed', abandon: 'abandoned' },
  consumed: { append: null, close: null, consume: null, abandon: null },
  abandoned: { append: null, close: null, consume: null, abandon: null },
}

/** The state after an event, or null when it may not happen. */
export function nextUploadState(state: UploadState, event: UploadEvent): UploadState | null {
  return transitions[state][event]
}
