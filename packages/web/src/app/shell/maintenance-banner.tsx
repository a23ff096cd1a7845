import { useQuery } from '@tanstack/react-query'
import { installationOptions } from '../../api/projects.ts'
import { formatMoment } from '../../ui/format.ts'
import classes from './maintenance-banner.module.css'

/** Says on every page what the operators announced. */
export function MaintenanceBanner() {
  const announced = useQuery(installationOptions).data?.maintenance
  if (announced === undefined || announced === null) return null
  return (
    <div className={classes.banner} role="status">
      <strong>
        Maintenance, {formatMoment(announced.starts)} to {formatMoment(announced.ends)}.
      </strong>{' '}
      {announced.message}
    </div>
  )
}
