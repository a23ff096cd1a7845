import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import FileUp from 'lucide-react/icons/file-up'
import { useMay } from '../../api/may.ts'

/** To where files become tables. */
export function BringFiles({ project }: { readonly project: string }) {
  if (!useMay('data.write')) return null
  return (
    <Button
      leftSection={<FileUp size={16} aria-hidden="true" />}
      renderRoot={(props) => <Link to="/p/$project/import" params={{ project }} {...props} />}
    >
      Bring files
    </Button>
  )
}
