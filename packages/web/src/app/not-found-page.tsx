import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import Compass from 'lucide-react/icons/compass'
import { Empty } from '../ui/empty.tsx'
import { StandalonePage } from './standalone-page.tsx'

export function NotFoundPage() {
  return (
    <StandalonePage title="Not found" headed>
      <Empty
        icon={<Compass size={22} />}
        title="There is nothing at this address"
        about="It may have been deleted or renamed, or the address is not whole."
        action={
          <Button component={Link} to="/">
            Go to the start
          </Button>
        }
      />
    </StandalonePage>
  )
}
