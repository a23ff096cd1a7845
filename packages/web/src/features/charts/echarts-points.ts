/** What scattered points need besides; loaded with the first of them. */
import { ScatterChart } from 'echarts/charts'
import { use } from 'echarts/core'

use([ScatterChart])
