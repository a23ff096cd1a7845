/** This browser's own signing key. */
import { generateDevicePair } from '@keyhold/sealed'
import { WebProblem } from './problem.ts'
import { readDevice, writeDevice, type StoredDevice } from './store.ts'

/** A pair whose private half stays in this browser. Throws `browser.no_ed25519` where there is no such kind of key. */
export async function drawDevicePair(): Promise<CryptoKeyPair> {
  try {
    return await generateDevicePair()
  } catch (cause) {
    throw new WebProblem(
      'browser.no_ed25519',
      'This browser cannot make the signing key (Ed25519) that Keyhold needs',
      'Use a browser of 2025 or newer: Chrome or Edge 137, Firefox 130, Safari 17.',
      cause,
    )
  }
}

/** A name for this device that a person recognises: browser and system, as the browser says them. */
export function describeBrowser(agent: string = navigator.userAgent): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : 'Browser'
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : ''
  return system === '' ? browser : `${browser} on ${system}`
}

/**
 * The device of this organisation, or a new one that pins this anchor. Throws `anchor.changed` when this browser has
 * pinned another one: an anchor never changes by itself.
 */
export async function ensureDevice(organisation: string, anchor: string): Promise<StoredDevice> {
  const known = await readDevice(organisation)
  if (known !== undefined && known.anchor !== anchor) throw anchorChanged()
  if (known !== undefined) return known
  const device = {
    organisation,
    anchor,
    pair: await drawDevicePair(),
    name: describeBrowser(),
    created: new Date().toISOString(),
  }
  await writeDevice(device)
  return device
}

function anchorChanged(): WebProblem {
  return new WebProblem(
    'anchor.changed',
    'The server names another anchor key than the one that this browser pinned',
    'Do not go on: compare the anchor’s fingerprint with the data plane’s console.',
  )
}
