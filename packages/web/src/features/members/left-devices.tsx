import { Alert, List } from '@mantine/core'
import type { Device } from '@keyhold/client'

/** Devices on the roster that this browser's device may not change. */
export type Left = { readonly name: string; readonly devices: readonly Device[] }

/** The account changed, the roster did not follow everywhere: says what stays true at the data plane. */
export function LeftDevices({ left, onClose }: { readonly left: Left; readonly onClose: () => void }) {
  return (
    <Alert color="ochre" withCloseButton closeButtonLabel="Close" onClose={onClose} title={`Devices of ${left.name}`}>
      Your data plane’s roster still has these as before. What the account may do counts besides, so they give nobody
      more. They wait below, under “Waiting for a signature”, for a device that may sign.
      <List size="sm" mt={6}>
        {left.devices.map(({ keyId, name, role }) => (
          <List.Item key={keyId}>
            {name}: {role}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
