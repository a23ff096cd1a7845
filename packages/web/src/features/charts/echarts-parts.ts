/** What pies and rings need besides; loaded with the first of them. */
import { PieChart } from 'echarts/charts'
import { use } from 'echarts/core'

use([PieChart])
