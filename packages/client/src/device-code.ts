/** What a new device shows and an endorsed one takes: its public key, its person and its name, as one text to carry over. */
import { decodeBase64url, encodeBase64url } from '@keyhold/sealed'
import { ClientError } from './errors.ts'

export type DeviceCode = {
  readonly publicKey: Uint8Array
  /** Id of the person who is signed in there. */
  readonly person: string
  readonly name: string
}

const prefix = 'kd2'
const keyLength = 32
const longestName = 200
const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** `kd2.KEY.PERSON.NAME`: key and name in base64url, the person's id as it is. */
export function formatDeviceCode({ publicKey, person, name }: DeviceCode): string {
  return [prefix, encodeBase64url(publicKey), person, encodeBase64url(new TextEncoder().encode(name))].join('.')
}

/** Throws `device.code_malformed`. What it says is no proof: people compare the key's fingerprint and the person. */
export function parseDeviceCode(text: string): DeviceCode {
  const [kind, key = '', person = '', encodedName = '', ...rest] = text.trim().split('.')
  if (kind === 'kd1') throw tooOld()
  const publicKey = decodeBase64url(key)
  const nameBytes = decodeBase64url(encodedName)
  const name = nameBytes === undefined ? '' : new TextDecoder().decode(nameBytes)
  const sound = kind === prefix && publicKey?.length === keyLength && idPattern.test(person) && rest.length === 0
  if (sound && name !== '' && name.length <= longestName) return { publicKey, person, name }
  throw new ClientError(
    'device.code_malformed',
    'this is not a whole device code',
    'copy all of it from the new device: it begins with kd2.',
  )
}

function tooOld(): ClientError {
  return new ClientError(
    'device.code_malformed',
    'this device code is from before codes named their person',
    'update the new device, or load its page again, and take the code from it once more: it begins with kd2.',
  )
}
