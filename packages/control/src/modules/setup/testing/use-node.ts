import { after, before } from 'node:test'
import { startTestPostgres, type TestPostgres } from '../../../testing/postgres.ts'
import { setUpOwner, startTestNode, type TestNode, type TestOwner } from './test-node.ts'

/** Runs a node with its owner for the tests of a file, and stops it whatever becomes of them. */
export function useNode(
  onStart: (world: { node: TestNode; owner: TestOwner }) => void | Promise<void>,
  readOptions: () => Parameters<typeof startTestNode>[1] = () => undefined,
): void {
  let postgres: TestPostgres | undefined
  let node: TestNode | undefined
  before(async () => {
    postgres = await startTestPostgres()
    node = await startTestNode(postgres, readOptions())
    await onStart({ node, owner: await setUpOwner(node) })
  })
  after(async () => {
    await node?.stop()
    await postgres?.stop()
  })
}
