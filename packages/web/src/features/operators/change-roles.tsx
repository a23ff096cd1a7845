import { Alert, Button, Group, Modal } from '@mantine/core'
import type { Operator, OperatorRole } from '@keyhold/contract'
import { useState, type FormEvent } from 'react'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { callAsOperator, forgetOperated } from './operator-api.ts'
import { RoleChecks } from './role-checks.tsx'

type Props = { readonly operator: Operator; readonly onClose: () => void }

/** Other roles for another operator: less at once, more when a second administrator agrees. */
export function ChangeRoles({ operator, onClose }: Props) {
  const [roles, setRoles] = useState<OperatorRole[]>(operator.roles)
  const [busy, setBusy] = useState(false)
  const [waits, setWaits] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const change = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const params = { operator: operator.id }
      const { request } = await callAsOperator('changeOperatorRoles', { params, body: { roles } })
      await forgetOperated()
      if (request === null) onClose()
      else setWaits(true)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const same = roles.length === operator.roles.length && roles.every((role) => operator.roles.includes(role))
  return (
    <Modal opened onClose={onClose} centered title={`The roles of ${operator.name}`}>
      {waits ? (
        <>
          <Alert color="ochre" title="Asked, not yet done">
            Another administrator has to approve it within a day. Until then {operator.name} has the roles of before.
          </Alert>
          <Group justify="flex-end" mt="md">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </>
      ) : (
        <form onSubmit={(event) => void change(event)}>
          <RoleChecks value={roles} onChange={setRoles} />
          {error !== null && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={same || roles.length === 0}>
              Change the roles
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  )
}
