/** What a new device shows and an endorsed one takes: its public key and name, as one text to carry over. */
import { decodeBase64url, encodeBase64url } from '@keyhold/sealed'
import { ClientError } from './errors.ts'

export type DeviceCode = { readonly publicKey: Uint8Array; readonly name: string }

const prefix = 'kd1'
const keyLength = 32
const longestName = 200

/** `kd1.KEY.NAME`, both in base64url. */
export function formatDeviceCode({ publicKey, name }: DeviceCode): string {
  return [prefix, encodeBase64url(publicKey), encodeBase64url(new TextEncoder().encode(name))].join('.')
}

/** Throws `device.code_malformed`. What it says is no proof: people compare the key's fingerprint. */
export function parseDeviceCode(text: string): DeviceCode {
  const [kind, key = '', encodedName = '', ...rest] = text.trim().split('.')
  const publicKey = decodeBase64url(key)
  const nameBytes = decodeBase64url(encodedName)
  const name = nameBytes === undefined ? '' : new TextDecoder().decode(nameBytes)
  const sound = kind === prefix && publicKey?.length === keyLength && rest.length === 0
  if (sound && name !== '' && name.length <= longestName) return { publicKey, name }
  throw new ClientError(
    'device.code_malformed',
    'this is not a whole device code',
    'copy all of it from the new device: it begins with kd1.',
  )
}
