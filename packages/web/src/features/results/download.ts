/** Hands a file that was made in this browser to the person; nothing of it is sent anywhere. */
export function downloadBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(address), 30_000)
}

/** A title as a file's name: what file systems refuse is left out. */
export function fileNameOf(title: string, ending: string): string {
  const plain = title
    .replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 80)
  return `${plain === '' ? 'result' : plain}.${ending}`
}
