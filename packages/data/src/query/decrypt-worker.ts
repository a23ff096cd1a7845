/** The program of a thread that decrypts files. */
import { parentPort } from 'node:worker_threads'
import { describeRefusal } from '../errors.ts'
import { decryptFile, type DecryptTask } from './decrypt-file.ts'

export type DecryptAnswer = { readonly failure?: { code: string; message: string; remedy: string } }

parentPort?.on('message', (task: DecryptTask) => {
  decryptFile(task).then(
    () => parentPort?.postMessage({} satisfies DecryptAnswer),
    (error: unknown) => {
      const { code, message, remedy } = describeRefusal(error)
      parentPort?.postMessage({ failure: { code, message, remedy } } satisfies DecryptAnswer)
    },
  )
})
