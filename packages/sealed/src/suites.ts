/**
 * HPKE suites (RFC 9180, base mode, HKDF-SHA256, AES-256-GCM) by the name of their key encapsulation:
 * MLKEM768-X25519 (KEM 0x647a), or DHKEM(X25519, HKDF-SHA256) (KEM 0x0020) where the anchor allows it.
 */
export const suites = {
  'mlkem768-x25519': { kem: 0x647a, publicKeyLength: 1216, encLength: 1120, postQuantum: true },
  x25519: { kem: 0x0020, publicKeyLength: 32, encLength: 32, postQuantum: false },
} as const

export type SuiteName = keyof typeof suites

export function isSuiteName(value: unknown): value is SuiteName {
  return typeof value === 'string' && Object.hasOwn(suites, value)
}
